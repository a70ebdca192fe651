import EventModel

/// The end of a machine that is about to be told.
struct Ending: Sendable {
    /// Nil while nobody told the reason.
    var end: MachineEnd?
    /// When it happened.
    var time: Timestamp
    /// When it is told at the latest.
    var due: Timestamp
    var window: Window?
}

/// A machine that runs, and what is known of it: the state behind its next events.
struct KnownMachine: Sendable {
    var life: QEMULife
    /// When its process started.
    var started: Timestamp
    var name: String?
    var uuid: String?
    var isLibvirts = false
    var status = MachineStatus.unknown
    /// When the status was last known to hold.
    var statusTime: Timestamp
    /// How often it was powered on within its life: more than once where the process outlives a shutdown.
    var powerOns = 1

    /// A monitor talks with us.
    var isAttached = false
    /// When one did last: an end without a word says something then. Nil after it was left to another client.
    var lastAttached: Timestamp?
    /// The end that is about to be told, and the latest time for it.
    var ending: Ending?
    /// What may explain the next pause or end, and when it was told.
    var cause: (reason: String, time: Timestamp)?
    /// Background jobs that make or load a snapshot: what they do to the machine is no migration.
    var snapshotJobs: Set<String> = []
    /// When it was last paused, and whether its state is written out for a snapshot since.
    var pauseTime: Timestamp?
    var isSavingState = false
    /// When it was last told to be reset.
    var resetTime: Timestamp?
    /// libvirt's file says that it shuts down.
    var isShuttingDown = false
    /// libvirt told the status in this run of the agent: a change since is seen as it happens.
    var hasFreshStatus = false
    /// The process is gone.
    var isGone = false
    /// The last events told, to know one again that a second monitor tells as well.
    var told: [(id: String, data: JSONText)] = []
    /// How often each kind of event may be told.
    var storms: [String: StormLimit] = [:]

    init(life: QEMULife, started: Timestamp, name: String?, uuid: String?, statusTime: Timestamp) {
        (self.life, self.started, self.name, self.uuid) = (life, started, name, uuid)
        self.statusTime = statusTime
    }

    /// A cause explains what follows within so long.
    static let causeWindow: Duration = .seconds(2)

    /// What was told just before `time` and explains what happens then.
    func cause(at time: Timestamp) -> String? {
        guard let cause else { return nil }
        return cause.reason == "migration" || isNear(cause.time, time) ? cause.reason : nil
    }

    /// Whether a monitor was attached until `time`: what it did not tell did not happen.
    func isWatched(at time: Timestamp) -> Bool {
        isAttached || lastAttached.map { isNear($0, time) } ?? false
    }

    private func isNear(_ one: Timestamp, _ other: Timestamp) -> Bool {
        max(one, other).since(min(one, other)) <= Self.causeWindow
    }

    /// What people call it.
    var title: String { name ?? id }
    /// The UUID; else the name; else the process and when it started.
    var id: String { uuid ?? name ?? "\(life.pid)@\(life.startTicks)" }
}
