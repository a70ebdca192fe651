package import AgentCore

/// What tells Docker and Podman apart, as far as their `/events` are concerned.
package protocol ContainerEngine: Sendable {
    /// The word in `collectors.json`, and before `://` in the source of its events.
    static var kind: String { get }
    /// Its socket where nothing else is configured.
    static func socket(of host: HostView) -> String
    /// How many events it keeps for readers that come back; nil: all of them.
    static var bufferedEvents: Int? { get }
}

/// Docker Engine: dockerd.
package enum Docker: ContainerEngine {
    package static let kind = "docker"
    /// `eventsLimit` of moby's `daemon/events`.
    package static let bufferedEvents: Int? = 256

    package static func socket(of host: HostView) -> String { "\(host.run)/docker.sock" }
}

/// Podman: `podman system service`, or its socket unit.
package enum Podman: ContainerEngine {
    package static let kind = "podman"
    package static let bufferedEvents: Int? = nil

    package static func socket(of host: HostView) -> String { "\(host.run)/podman/podman.sock" }
}
