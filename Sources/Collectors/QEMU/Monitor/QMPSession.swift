package import EventModel

/// One conversation with a QMP monitor: bytes in, what to write and what was told out. Pure.
///
///     QEMU  {"QMP": {…}}                        greeting
///     we    qmp_capabilities                    → {}
///     we    query-name, query-uuid, query-status, migrate-set-capabilities events=on
///     QEMU  answers, and events from now on
///
/// What happened before the negotiation is never told: so the state is asked for, and stands in `attached`. An event
/// about a background job is held back until the monitor said which job that is; later ones wait behind it.
package struct QMPSession: Sendable {
    /// What came of the bytes.
    package enum Output: Sendable, Equatable {
        /// To be written to the monitor.
        case send([UInt8])
        /// The monitor talks with us and said who it is.
        case attached(QMPIdentity)
        case event(QMPEvent)
        /// An object that cannot be read; so much of its text as is kept.
        case unreadable(String)
        /// It is no QMP monitor, or refuses to talk: hang up.
        case refused(String)
    }

    /// Events held back while the monitor is asked about a job.
    package static let maximumHeld = 256
    /// So much is kept of what cannot be read. In bytes.
    private static let keptBytes = 4096

    private enum Phase: Sendable {
        case greeting, negotiating, open, refused
    }

    private var framing = QMPFraming()
    private var phase = Phase.greeting
    private var identity = QMPIdentity()
    private var held: [QMPEvent] = []
    private var isAskingForJobs = false

    package init() {}

    /// Whether the greeting came: a monitor that serves another client sends none.
    package var isGreeted: Bool { phase != .greeting }
    /// Whether events wait for an answer about a job.
    package var isHolding: Bool { !held.isEmpty }

    /// Takes the next bytes, which came at `now`.
    package mutating func receive(_ bytes: some Sequence<UInt8>, at now: Timestamp) -> [Output] {
        guard phase != .refused else { return [] }
        var outputs: [Output] = []
        for object in framing.receive(bytes) where phase != .refused {
            outputs += take(object, at: now)
        }
        if phase != .refused, let failure = framing.failure { outputs += letGo() + refuse(failure) }
        return outputs
    }

    /// Gives the events that are held back: the monitor is gone, or does not answer.
    package mutating func letGo() -> [Output] {
        defer { (held, isAskingForJobs) = ([], false) }
        return held.map(Output.event)
    }

    private mutating func take(_ object: [UInt8], at now: Timestamp) -> [Output] {
        guard let value = try? JSONDocument(object).root.value else {
            return [.unreadable(String(decoding: object.prefix(Self.keptBytes), as: UTF8.self))]
        }
        if phase == .greeting {
            guard value["QMP"] != nil else { return refuse("it does not greet as a QMP monitor does") }
            phase = .negotiating
            return [.send(QMPCommand.negotiate.line)]
        }
        if value["event"] != nil { return event(value, object, at: now) }
        guard let command = value["id"]?.string.flatMap({ QMPCommand(rawValue: $0) }) else { return [] }
        return answer(value, to: command)
    }

    private mutating func event(_ value: JSONValue, _ object: [UInt8], at now: Timestamp) -> [Output] {
        guard let event = QMPEvent(value, readAt: now) else {
            return [.unreadable(String(decoding: object.prefix(Self.keptBytes), as: UTF8.self))]
        }
        guard isAskingForJobs || (phase == .open && event.isOfJobThatIsKnown) else { return [.event(event)] }
        held.append(event)
        if held.count > Self.maximumHeld { return letGo() }
        if isAskingForJobs { return [] }
        isAskingForJobs = true
        return [.send(QMPCommand.jobs.line)]
    }

    private mutating func answer(_ value: JSONValue, to command: QMPCommand) -> [Output] {
        let returned = value["return"]
        switch command {
        case .negotiate:
            guard phase == .negotiating else { return [] }
            guard returned != nil else {
                return refuse("it does not negotiate: \(value["error"]?["desc"]?.string ?? "no reason given")")
            }
            phase = .open
            return QMPCommand.questions.map { .send($0.line) }
        case .name: identity.name = returned?["name"]?.string
        case .uuid: identity.uuid = returned?["UUID"]?.string
        case .migrationEvents: break
        case .status:
            identity.status = returned?["status"]?.string
            return [.attached(identity)]
        case .jobs:
            for index in held.indices where held[index].isOfJobThatIsKnown {
                held[index].job = returned?.array?.first { $0["id"] == held[index].data?["id"] }
            }
            return letGo()
        }
        return []
    }

    private mutating func refuse(_ reason: String) -> [Output] {
        phase = .refused
        return [.refused(reason)]
    }
}

/// What a monitor says about its machine.
package struct QMPIdentity: Sendable, Hashable {
    package var name: String?
    package var uuid: String?
    /// As in `query-status`: `running`, `paused`, `prelaunch`, …
    package var status: String?

    package init(name: String? = nil, uuid: String? = nil, status: String? = nil) {
        (self.name, self.uuid, self.status) = (name, uuid, status)
    }
}

/// What the agent says to a monitor; the raw value is the `id` that comes back with the answer.
private enum QMPCommand: String, Sendable {
    case negotiate = "gw-capabilities"
    case name = "gw-name"
    case uuid = "gw-uuid"
    case status = "gw-status"
    case migrationEvents = "gw-migration-events"
    case jobs = "gw-jobs"

    /// The status is the last to be asked for, so that its answer completes the identity. Without the capability QEMU
    /// tells nothing of migrations; where it is refused, as during one, that is no harm.
    static let questions: [QMPCommand] = [.migrationEvents, .name, .uuid, .status]

    var line: [UInt8] {
        let execute =
            switch self {
            case .negotiate: #""qmp_capabilities""#
            case .name: #""query-name""#
            case .uuid: #""query-uuid""#
            case .status: #""query-status""#
            case .jobs: #""query-jobs""#
            case .migrationEvents:
                #""migrate-set-capabilities","arguments":{"capabilities":[{"capability":"events","state":true}]}"#
            }
        return Array(#"{"execute":\#(execute),"id":"\#(rawValue)"}"#.utf8) + [UInt8(ascii: "\n")]
    }
}

extension QMPEvent {
    /// Whether the monitor can say more about the job now: once it began, or ended and waits to be dismissed.
    fileprivate var isOfJobThatIsKnown: Bool {
        name == "JOB_STATUS_CHANGE" && ["created", "concluded"].contains(data?["status"]?.string)
    }
}
