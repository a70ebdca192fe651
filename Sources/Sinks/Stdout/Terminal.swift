import Glibc

/// What the standard output is connected to: decided once, handed in so that tests decide it.
package struct Terminal: Sendable, Hashable {
    // SAFETY: isatty and getenv only read; nothing in the agent changes the environment after the start.

    package var descriptor: Int32
    package var isTerminal: Bool
    /// Whether a person wants colours here: a terminal that can show them, and no `NO_COLOR`.
    package var wantsColor: Bool

    package init(descriptor: Int32, isTerminal: Bool, wantsColor: Bool) {
        (self.descriptor, self.isTerminal, self.wantsColor) = (descriptor, isTerminal, wantsColor)
    }

    /// The standard output of this process.
    package static var standardOutput: Terminal {
        let isTerminal = isatty(STDOUT_FILENO) == 1
        let wantsColor = isTerminal && (variable("NO_COLOR") ?? "").isEmpty && variable("TERM") != "dumb"
        return Terminal(descriptor: STDOUT_FILENO, isTerminal: isTerminal, wantsColor: wantsColor)
    }

    private static func variable(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }
    }
}
