package import AgentCore

/// What `collectors.json` says about a collector of kind `docker` or `podman`.
package struct EngineConfiguration: Configurable {
    /// The engine's socket; nil: where it usually is.
    package var socket: String?
    package var start: StartPoint
    package var include: [EngineDetail]
    package var commands: Bool

    package init(
        socket: String? = nil, start: StartPoint = .now, include: [EngineDetail] = [], commands: Bool = false
    ) {
        (self.socket, self.start, self.include, self.commands) = (socket, start, include, commands)
    }

    package init(from reader: inout ConfigurationReader) {
        socket = reader.optional(
            "socket", .path,
            "The engine's unix socket; when left out, docker.sock or podman/podman.sock in the host's /run.")
        start = reader.optional(
            "start", .startPoint, default: .now,
            "Where to begin without a checkpoint: \"now\", \"beginning\", a time or a look-back. Docker keeps 256 events."
        )
        include = reader.optional(
            "include", .list(of: .choice()), default: [],
            "What is told beyond containers and pods: execs, images, networks, volumes, steps such as attach.")
        commands = reader.optional(
            "commands", .boolean, default: false,
            "Tell the command lines of programs that are run in containers (see execs); they may hold secrets.")
    }
}
