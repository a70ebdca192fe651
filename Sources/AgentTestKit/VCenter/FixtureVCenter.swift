package import AgentCore
package import EventModel
package import HTTPClient
import Platform

/// An in-memory vCenter or ESXi host that speaks the event part of vim25 over SOAP, as the real ones behave.
///
///     let vcenter = FixtureVCenter()
///     vcenter.append(FixtureEvent("VmPoweredOnEvent", vm: .vm(41)))
///     let transport = vcenter.transport()                      // in process, or:
///     let server = try LoopbackServer(answering: vcenter.answer)  // over a socket
///
/// What it does where real servers differ is in `FixtureSettings`; what goes wrong is planned with `plan(_:at:)`.
/// Safe to use from many tasks; events appear in the order of the calls that append them.
package final class FixtureVCenter: Sendable {
    /// Where the SOAP endpoint is, for clients in process.
    package static let url = "https://vcenter.example/sdk"

    private let clock: AgentClock
    private let state: Locked<VCenterState>
    private let changes = ChangeSignal()

    package init(_ settings: FixtureSettings = FixtureSettings(), clock: AgentClock = .system) {
        self.clock = clock
        state = Locked(VCenterState(settings: settings))
    }

    /// A transport straight to this server.
    package func transport() -> InProcessTransport {
        InProcessTransport(clock: clock) { await self.answer($0) }
    }

    /// Answers one HTTP request: the SOAP endpoint at `/sdk`, the version list beside it.
    package func answer(_ request: HTTPRequest) async -> ServedAnswer {
        if request.method == "GET", request.url.hasSuffix("/vimServiceVersions.xml") {
            _ = state.withLock { $0.begin("vimServiceVersions.xml") }
            return xml(200, ServiceVersions.encoded(newest: state.withLock { $0.settings.apiVersion }))
        }
        guard request.method == "POST", request.url.hasSuffix("/sdk") || request.url.hasSuffix("/sdk/") else {
            return ServedAnswer(404, headers: ["Content-Type": "text/plain"], body: Array("404 Not Found".utf8))
        }
        guard let call = VCenterCall(request) else {
            return xml(500, SOAPEnvelope.fault(.invalidRequest("the request is not well-formed")))
        }
        return await answer(call)
    }

    private func answer(_ call: VCenterCall) async -> ServedAnswer {
        let trouble = state.withLock { $0.begin(call.operation) }
        switch trouble {
        case .fault(let fault): return xml(500, SOAPEnvelope.fault(fault))
        case .httpStatus(let status):
            return ServedAnswer(status, headers: ["Content-Type": "text/html"], body: Array("<html>no</html>".utf8))
        case .expireSession: endSession(call.cookie)
        case .destroyCollectors: destroyCollectors(of: call.cookie)
        case .delay(let duration): try? await clock.sleep(duration)
        default: break
        }
        return TroubledAnswer.apply(trouble, to: await perform(call))
    }

    private func perform(_ call: VCenterCall) async -> ServedAnswer {
        var deadline: Timestamp?
        var isFirstTry = true
        while true {
            let revision = changes.revision
            let outcome: VCenterOutcome
            do {
                outcome = try state.withLock { state throws(VimFault) in
                    try state.perform(call, now: Self.now(clock, state.settings), isFirstTry: isFirstTry)
                }
            } catch {
                return xml(500, SOAPEnvelope.fault(error))
            }
            switch outcome {
            case .answer(let content, let headers):
                changes.raiseIfSessionEnds(call.operation)
                return xml(200, SOAPEnvelope.response(to: call.operation, content), headers: headers)
            case .wait(let limit):
                let now = clock.now()
                if isFirstTry { deadline = limit.map { now.advanced(by: $0) } }
                isFirstTry = false
                let hasChanged = await wait(after: revision, until: deadline, from: now, session: call.cookie)
                if !hasChanged || Task.isCancelled {
                    return xml(200, SOAPEnvelope.response(to: call.operation, []))
                }
            }
        }
    }

    private func wait(
        after revision: Int, until deadline: Timestamp?, from now: Timestamp, session: String?
    ) async -> Bool {
        count(waiting: 1, session)
        defer { count(waiting: -1, session) }
        guard let deadline else {
            await changes.wait(after: revision)
            return true
        }
        let left = deadline.since(now)
        return left > .zero ? await changes.wait(after: revision, limit: left, clock: clock) : false
    }

    private func count(waiting change: Int, _ session: String?) {
        guard let session else { return }
        let now = clock.now()
        state.withLock { state in
            state.sessions[session]?.waiting += change
            state.sessions[session]?.lastActiveTime = Self.now(now, state.settings)
        }
    }

    private func xml(_ status: Int, _ body: [UInt8], headers: HTTPHeaders = [:]) -> ServedAnswer {
        var headers = headers
        headers["Content-Type"] = "text/xml; charset=utf-8"
        let isChunked = state.withLock { $0.settings.sendsChunked }
        return ServedAnswer(status, headers: headers, body: body, isChunked: isChunked)
    }

    private static func now(_ clock: AgentClock, _ settings: FixtureSettings) -> Timestamp {
        now(clock.now(), settings)
    }

    /// The server's time: to the microsecond, as servers tell it.
    private static func now(_ now: Timestamp, _ settings: FixtureSettings) -> Timestamp {
        let skewed = now.advanced(by: settings.clockSkew)
        return Timestamp(nanoseconds: skewed.nanoseconds / 1000 * 1000)
    }
}

// The test's hand: events, and what happens to the server.
extension FixtureVCenter {
    /// Writes an event; gives its key. Whoever waits for it wakes up.
    @discardableResult
    package func append(_ event: FixtureEvent) -> Int32 {
        append([event])[0]
    }

    /// Writes events in one go, at one time.
    @discardableResult
    package func append(_ events: [FixtureEvent]) -> [Int32] {
        let now = clock.now()
        let keys = state.withLock { state in
            let now = Self.now(now, state.settings)
            return events.map { state.store.append($0, now: now) }
        }
        changes.raise()
        return keys
    }

    /// The server's time.
    package var time: Timestamp {
        let now = clock.now()
        return state.withLock { Self.now(now, $0.settings) }
    }

    /// All events it holds, as (key, class, time), oldest first, the invisible ones too.
    package var events: [(key: Int32, className: String, createdTime: Timestamp)] {
        state.withLock { $0.store.events(from: 0).map { ($0.key, $0.className, $0.createdTime) } }
    }

    /// The keys of the events the user may see, oldest first.
    package var visibleKeys: [Int32] {
        state.withLock { state in
            state.store.events(from: 0).filter { event in
                event.isVisible && !state.settings.hiddenKeys.contains { $0.contains(event.key) }
            }.map(\.key)
        }
    }

    /// Changes how it behaves from now on.
    package func change(_ body: @Sendable (inout FixtureSettings) -> Void) {
        state.withLock { state in
            body(&state.settings)
            state.store.limit = state.settings.eventLimit
        }
        changes.raise()
    }

    /// The next event gets this key.
    package func setNextKey(_ key: Int32) {
        state.withLock { $0.store.nextKey = key }
    }

    /// Retention: the oldest events go, so that `count` are left.
    package func trim(to count: Int) {
        state.withLock { $0.store.trim(to: count) }
    }

    /// Retention: the events made before `time` go.
    package func cut(before time: Timestamp) {
        state.withLock { $0.store.cut(before: time) }
    }

    /// Plans trouble for the calls of an operation with these numbers, counted from 1 since the server was made.
    package func plan(_ trouble: FixtureTrouble, at operation: String, calls: ClosedRange<Int>) {
        state.withLock { $0.troubles.append(.init(trouble: trouble, operation: operation, calls: calls)) }
    }

    /// Plans trouble for the next `count` calls of an operation.
    package func plan(_ trouble: FixtureTrouble, atNext operation: String, count: Int = 1) {
        state.withLock { state in
            let next = state.calls[operation, default: 0] + 1
            let calls = next...next + max(0, count - 1)
            state.troubles.append(.init(trouble: trouble, operation: operation, calls: calls))
        }
    }

    /// Forgets all planned trouble.
    package func clearTrouble() {
        state.withLock { $0.troubles = [] }
    }

    /// Ends all sessions, as their timeout does: their collectors go with them.
    package func expireSessions() {
        state.withLock { $0.sessions = [:] }
        changes.raise()
    }

    /// Removes all collectors and leaves the sessions.
    package func destroyCollectors() {
        destroyCollectors(of: nil)
    }

    private func destroyCollectors(of session: String?) {
        state.withLock { state in
            for key in state.sessions.keys where session == nil || session == key {
                state.sessions[key]?.collectors = [:]
                state.sessions[key]?.filters = []
            }
        }
        changes.raise()
    }

    private func endSession(_ key: String?) {
        guard let key else { return }
        state.withLock { $0.sessions[key] = nil }
        changes.raise()
    }

    /// The names of the open sessions, as their cookies carry them.
    package var sessionKeys: Set<String> { state.withLock { Set($0.sessions.keys) } }

    /// What is open and what was called.
    package var counters: FixtureCounters {
        let now = clock.now()
        return state.withLock { state in
            state.expireSessions(now: Self.now(now, state.settings))
            return FixtureCounters(
                sessions: state.sessions.count,
                collectors: state.sessions.values.reduce(0) { $0 + $1.collectors.count },
                filters: state.sessions.values.reduce(0) { $0 + $1.filters.count },
                waiting: state.sessions.values.reduce(0) { $0 + $1.waiting }, calls: state.calls,
                failedLogins: state.failedLogins)
        }
    }
}

/// What a fixture vCenter counts.
package struct FixtureCounters: Sendable, Hashable {
    /// Open sessions.
    package var sessions: Int
    /// Event history collectors of open sessions.
    package var collectors: Int
    /// Property filters of open sessions.
    package var filters: Int
    /// Calls of `WaitForUpdatesEx` that wait now.
    package var waiting: Int
    /// Calls so far by operation; failed ones too.
    package var calls: [String: Int]
    /// Logins with a wrong name or password.
    package var failedLogins: Int
}

extension ChangeSignal {
    /// Wakes the waiting calls of sessions that end, and those that are cancelled.
    fileprivate func raiseIfSessionEnds(_ operation: String) {
        let ending = [
            "Logout", "TerminateSession", "DestroyCollector", "CancelWaitForUpdates", "DestroyPropertyFilter",
        ]
        if ending.contains(operation) { raise() }
    }
}
