import EventModel

/// Why a machine ended, and how that is told.
struct MachineEnd: Sendable, Hashable {
    /// QEMU's reason (`guest-shutdown`), libvirt's (`destroyed`), or ours: `watchdog`, `migrated`, `killed`, `unknown`.
    var reason: String
    var type: EventType
    var severity: Severity
    /// What is said about the machine, behind its name.
    var sentence: String

    /// The end with a reason that somebody gave.
    init(reason: String) {
        let known = Self.known[reason]
        self.reason = reason
        severity = known?.severity ?? .notice
        sentence = known?.sentence ?? "was powered off (\(reason))."
        type = severity == .error && Self.crashes.contains(reason) ? "vm.crashed" : "vm.powered-off"
    }

    /// The process went without a word.
    static let killed = MachineEnd(reason: "killed")
    /// Nobody could see why.
    static let unknown = MachineEnd(reason: "unknown")

    private static let crashes: Set<String> = ["killed", "crashed", "failed", "host-error"]

    private static let known: [String: (severity: Severity, sentence: String)] = [
        "guest-shutdown": (.info, "was shut down from inside."),
        "guest-reset": (.info, "was restarted from inside, which ends it by its configuration."),
        "guest-panic": (.error, "was powered off because its guest crashed."),
        "watchdog": (.warning, "was powered off by its watchdog."),
        "host-qmp-quit": (.notice, "was ended by an order to its monitor."),
        "host-qmp-system-reset": (.notice, "was reset by an order to its monitor, which ends it by its configuration."),
        "host-signal": (.notice, "was ended by a signal to its process."),
        "host-ui": (.notice, "was ended from its window."),
        "host-error": (.error, "was ended by an error of QEMU."),
        "subsystem-reset": (.info, "was restarted from inside, which ends it by its configuration."),
        "snapshot-load": (.notice, "was reset to a snapshot, which ends it by its configuration."),
        "migrated": (.info, "is not on this host any more: it was migrated, or saved to a file."),
        "shutdown": (.info, "was shut down."),
        "destroyed": (.notice, "was powered off by libvirt."),
        "saved": (.notice, "was saved to a file."),
        "from snapshot": (.notice, "is off as its snapshot is."),
        "daemon": (.notice, "was ended by libvirt's daemon."),
        "crashed": (.error, "crashed, or was killed."),
        "failed": (.error, "ended because of an error."),
        "killed": (.error, "ended without shutting down: its process was killed, or crashed."),
        "unknown": (.notice, "ended; nobody could see why."),
    ]
}
