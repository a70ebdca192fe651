/// Which lines of a file belong together and are handed out as one.
package enum LineJoining: Sendable {
    /// Each line stands for itself.
    case none
    /// A line that does not match belongs to the one before.
    case start(LinePattern)
    /// A line that begins so belongs to the one before.
    case continuation([UInt8])

    var joins: Bool {
        if case .none = self { false } else { true }
    }

    /// Whether a line begins something new.
    func isFirst(_ line: ArraySlice<UInt8>) -> Bool {
        switch self {
        case .none: true
        case .start(let pattern): pattern.matches(line)
        case .continuation(let beginning): !line.starts(with: beginning)
        }
    }
}
