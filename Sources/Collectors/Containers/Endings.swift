import EventModel
import Platform

/// First processes that ended and of which more may become known: how, or that the container was only rebooted. A
/// value; nobody waits in it.
struct Endings: Sendable {
    /// One of them.
    struct Ending: Sendable {
        var key: ContainerKey
        var life: ProcessKey
        /// When its end was heard.
        var time: Timestamp
        fileprivate var began: ContinuousClock.Instant
        fileprivate var step: Duration = .milliseconds(1)
        fileprivate var next: ContinuousClock.Instant
    }

    /// Parents reap within a moment, and only then the kernel tells the exit code; a parent that does not must not hold
    /// the event up.
    private static let reapingLimit: Duration = .milliseconds(300)
    /// A monitor that lives so long without starting its container anew does something else.
    private static let rebootLimit: Duration = .seconds(3)
    /// Between two looks.
    private static let longestStep: Duration = .milliseconds(100)

    private var endings: [ContainerKey: Ending] = [:]

    /// Its end was heard.
    mutating func began(_ key: ContainerKey, _ life: ProcessKey, at now: Timestamp, _ instant: ContinuousClock.Instant)
    {
        guard endings[key]?.life != life else { return }
        endings[key] = Ending(key: key, life: life, time: now, began: instant, next: instant)
    }

    /// Something more was told of it: it is due at once.
    mutating func stirred(_ key: ContainerKey, _ instant: ContinuousClock.Instant) {
        endings[key]?.next = instant
    }

    subscript(key: ContainerKey) -> Ending? { endings[key] }

    /// The keys of all of them.
    var keys: [ContainerKey] { Array(endings.keys) }

    /// It was told.
    mutating func told(_ key: ContainerKey) { endings[key] = nil }

    /// Those that are due; each is due again later, until it is `told`.
    mutating func due(at instant: ContinuousClock.Instant) -> [Ending] {
        let due = endings.values.filter { $0.next <= instant }.sorted { ($0.time, $0.key.id) < ($1.time, $1.key.id) }
        for ending in due {
            endings[ending.key]?.next = instant + ending.step
            endings[ending.key]?.step = min(ending.step * 2, Self.longestStep)
        }
        return due
    }

    /// What to do with one, by what can be seen now.
    enum Decision: Sendable, Hashable {
        case wait
        case tell(ContainerFact)
    }

    /// - `status`: how the process ended, where the kernel says it already.
    /// - `mayCome`: whether the kernel may still say it.
    /// - `isMonitorThere`: who would start it again is there; false too when nobody would.
    static func decide(
        _ ending: Ending, status: ProcessDescriptor.Ending?, mayCome: Bool, isMonitorThere: Bool, log: LXCLog.Ending?,
        at instant: ContinuousClock.Instant
    ) -> Decision {
        if log == .halted { return .tell(.halted) }
        let age = instant - ending.began
        if isMonitorThere, age < rebootLimit { return .wait }
        if status == nil, mayCome, age < reapingLimit { return .wait }
        return .tell(.exited(ContainerEnding(status)))
    }

    /// When the next is due.
    var deadline: ContinuousClock.Instant? { endings.values.map(\.next).min() }
}

extension ContainerEnding {
    /// As the kernel tells it.
    init(_ ending: ProcessDescriptor.Ending?) {
        switch ending {
        case .exited(let code): self = .code(code)
        case .signaled(let signal): self = .signal(signal)
        case nil: self = .unknown
        }
    }
}
