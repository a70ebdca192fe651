import EventModel
import HTTPClient

/// All of the fixture vCenter's state: one value behind one lock, with no `async` in it.
///
/// `perform` is one SOAP call: it changes the state and says what to answer. The parts are in extensions by subject.
struct VCenterState: Sendable {
    /// The largest page and the largest `maxCount` of a read.
    static let maxPageSize = 1000
    /// The page of a collector whose filter names no size.
    static let defaultPageSize = 10

    var settings: FixtureSettings
    var store: EventStore
    var sessions: [String: VCenterSession] = [:]
    /// Calls so far by operation.
    var calls: [String: Int] = [:]
    var failedLogins = 0
    /// What is planned to go wrong.
    var troubles: [ScheduledTrouble] = []
    private var ids = SeededGenerator(seed: 0x76_6D_77)

    init(settings: FixtureSettings) {
        self.settings = settings
        store = EventStore(firstKey: settings.firstKey, limit: settings.eventLimit)
    }

    /// The object ids of the service content.
    var names: ServiceNames { settings.isESXi ? .esxi : .vCenter }

    /// A new id of 40 hexadecimal digits; the same ones in each run.
    mutating func newId() -> String {
        let words = (0..<3).map { _ in String(ids.next(), radix: 16) }
        let digits = words.map { String(repeating: "0", count: 16 - $0.count) + $0 }.joined()
        return String(digits.prefix(40))
    }

    /// Counts a call; gives the trouble planned for it.
    mutating func begin(_ operation: String) -> FixtureTrouble? {
        let number = calls[operation, default: 0] + 1
        calls[operation] = number
        let index = troubles.firstIndex { $0.operation == operation && $0.calls.contains(number) }
        return index.map { troubles[$0].trouble }
    }

    /// Ends the sessions that were idle for too long.
    mutating func expireSessions(now: Timestamp) {
        guard let timeout = settings.sessionIdleTimeout else { return }
        sessions = sessions.filter { $0.value.waiting > 0 || now.since($0.value.lastActiveTime) <= timeout }
    }

    /// Does one call. `isFirstTry` is false when a waiting call is tried again.
    mutating func perform(
        _ call: VCenterCall, now: Timestamp, isFirstTry: Bool
    ) throws(VimFault) -> VCenterOutcome {
        expireSessions(now: now)
        store.settle()
        if let key = call.cookie, sessions[key] != nil, isFirstTry {
            sessions[key]?.lastActiveTime = now
            sessions[key]?.callCount += 1
        }
        switch call.operation {
        case "RetrieveServiceContent": return .answer(serviceContent())
        case "Login": return try login(call, now: now)
        case "RetrievePropertiesEx", "RetrieveProperties": return try retrieveProperties(call, now: now)
        default: break
        }
        guard let key = call.cookie, sessions[key] != nil else {
            throw .notAuthenticated(call.this.type, call.this.value)
        }
        return try performInSession(call, key: key, now: now)
    }

    private mutating func performInSession(
        _ call: VCenterCall, key: String, now: Timestamp
    ) throws(VimFault) -> VCenterOutcome {
        switch call.operation {
        case "Logout":
            sessions[key] = nil
            return .done
        case "CurrentTime":
            var content: [UInt8] = []
            content.append(element: "returnval", now.rfc3339)
            return .answer(content)
        case "SessionIsActive": return sessionIsActive(call)
        case "TerminateSession": return try terminateSessions(call, own: key)
        case "CreateCollectorForEvents": return try createCollector(call, key: key, now: now)
        case "QueryEvents": return try queryEvents(call)
        case "CreateFilter": return try createFilter(call, key: key)
        case "DestroyPropertyFilter": return try destroyFilter(call, key: key)
        case "WaitForUpdatesEx", "WaitForUpdates", "CheckForUpdates":
            return try waitForUpdates(call, key: key, now: now)
        case "CancelWaitForUpdates":
            if sessions[key]?.waiting ?? 0 > 0 { sessions[key]?.isWaitCancelled = true }
            return .done
        case "SetCollectorPageSize", "ReadNextEvents", "ReadPreviousEvents", "RewindCollector", "ResetCollector",
            "DestroyCollector":
            return try callCollector(call, key: key)
        default:
            throw .invalidRequest("Unable to resolve WSDL method name \(call.operation)")
        }
    }
}

/// The object ids of a server's service content.
struct ServiceNames: Sendable {
    var rootFolder: String
    var propertyCollector: String
    var sessionManager: String
    var eventManager: String

    /// Those of a vCenter.
    static let vCenter = ServiceNames(
        rootFolder: "group-d1", propertyCollector: "propertyCollector", sessionManager: "SessionManager",
        eventManager: "EventManager")
    /// Those of a host.
    static let esxi = ServiceNames(
        rootFolder: "ha-folder-root", propertyCollector: "ha-property-collector", sessionManager: "ha-sessionmgr",
        eventManager: "ha-eventmgr")
}
