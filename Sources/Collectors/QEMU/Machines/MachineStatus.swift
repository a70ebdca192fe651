/// What a machine does, as far as it matters here: QEMU's fifteen run states and libvirt's, made few.
package enum MachineStatus: String, Sendable, Hashable {
    /// Nobody said yet.
    case unknown
    /// The process is there, the guest has not begun: `prelaunch`, `inmigrate`, libvirt's `starting up`.
    case starting
    case running
    /// Held by the host: by an order, an I/O error, a panic, a migration.
    case paused
    /// Asleep by the guest's own will.
    case asleep
    /// Shut down, though its process is still there: `-no-shutdown`.
    case off

    /// The status that `query-status` tells.
    package init(monitor status: String) {
        self =
            switch status {
            case "running": .running
            case "prelaunch", "inmigrate": .starting
            case "suspended": .asleep
            case "shutdown": .off
            case "": .unknown
            default: .paused
            }
    }

    /// The status that libvirt's file tells; nil where it tells of an end, which the process itself shows.
    package init?(_ status: LibvirtStatus) {
        switch status.state {
        case "running", "blocked": self = .running
        case "paused": self = status.reason == "starting up" || status.reason == "migration" ? .starting : .paused
        case "pmsuspended": self = .asleep
        case "crashed": self = .paused
        default: return nil
        }
    }
}
