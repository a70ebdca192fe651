package import AgentCore

/// What `collectors.json` says about a collector of kind `lxc-monitor`.
package struct LXCMonitorConfiguration: Configurable {
    /// Where the containers are kept; nil: `lxc` in the host's `/var/lib`.
    package var path: String?
    /// The program that is run.
    package var program: String

    package init(path: String? = nil, program: String = "lxc-monitor") {
        (self.path, self.program) = (path, program)
    }

    package init(from reader: inout ConfigurationReader) {
        path = reader.optional("path", .path, "Where LXC keeps its containers; /var/lib/lxc when left out.")
        program = reader.optional(
            "program", .string, default: "lxc-monitor", "LXC's monitor; a name is looked for in PATH.")
    }
}
