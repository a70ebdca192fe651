/// Which lines of a file belong together and are handed out as one.
package enum LineJoining: Sendable {
    /// Each line stands for itself.
    case none
    /// A line that does not match belongs to the one before.
    case start(RegularExpression)
    /// A line that begins so belongs to the one before.
    case continuation([UInt8])

    var joins: Bool {
        if case .none = self { false } else { true }
    }

    /// Whether a line begins something new.
    func isFirst(_ line: ArraySlice<UInt8>) -> Bool {
        switch self {
        case .none: true
        case .start(let pattern): Self.isFound(pattern, in: Array(line))
        case .continuation(let beginning): !line.starts(with: beginning)
        }
    }

    private static func isFound(_ pattern: RegularExpression, in line: [UInt8]) -> Bool {
        var captures: [Range<Int>?] = []
        return pattern.match(line, in: 0..<line.count, captures: &captures) == .matched
    }
}
