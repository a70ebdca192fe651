package import AgentCore

/// What `collectors.json` says about a collector of kind `command`.
package struct CommandConfiguration: Configurable {
    /// The program and its arguments.
    package var command: [String]
    package var directory: String?
    /// `NAME=value` each.
    package var environment: [String]
    /// How long after it ended well it is started again; nil: never.
    package var every: Duration?

    package init(command: [String], directory: String? = nil, environment: [String] = [], every: Duration? = nil) {
        (self.command, self.directory) = (command, directory)
        (self.environment, self.every) = (environment, every)
    }

    package init(from reader: inout ConfigurationReader) {
        command = reader.required(
            "command", .list(of: .string),
            "The program and its arguments; a name without a slash is looked for in PATH, no shell is involved.")
        directory = reader.optional(
            "directory", .path, "Where the program works; the folder of this file when it is \".\".")
        environment = reader.optional(
            "environment", .list(of: .string), default: [],
            "\"NAME=value\" each, besides PATH, HOME, LANG, TZ and GUESTWATCH_*.")
        every = reader.optional(
            "every", .duration,
            "How long after it ended with status 0 it is started again; without it, that is its end.")
        if command.isEmpty { reader.problem("command: empty; write the program and its arguments") }
        for entry in environment where entry.first == "=" || !entry.contains("=") {
            reader.problem("environment: \"\(entry)\" is not NAME=value")
        }
    }
}
