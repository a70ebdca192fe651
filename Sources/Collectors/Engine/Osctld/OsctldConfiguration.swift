package import AgentCore

/// What `collectors.json` says about a collector of kind `osctld`.
package struct OsctldConfiguration: Configurable {
    /// osctld's socket; nil: `osctl/osctld.sock` in the host's `/run`.
    package var socket: String?
    package var commands: Bool

    package init(socket: String? = nil, commands: Bool = false) {
        (self.socket, self.commands) = (socket, commands)
    }

    package init(from reader: inout ConfigurationReader) {
        socket = reader.optional(
            "socket", .path, "osctld's unix socket; osctl/osctld.sock in the host's /run when left out.")
        commands = reader.optional(
            "commands", .boolean, default: false,
            "Tell the commands given to osctld, with their options, which may hold secrets.")
    }
}
