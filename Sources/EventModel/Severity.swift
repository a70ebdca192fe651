/// How much an event matters to an operator, in rising order.
public enum Severity: String, Sendable, Hashable, CaseIterable, Comparable {
    /// Steps of an operation.
    case debug
    /// Ordinary life.
    case info
    /// Ordinary, but worth a look: somebody changed something.
    case notice
    /// May become a failure.
    case warning
    /// Something failed.
    case error
    /// Guests or data are in danger.
    case critical

    public static func < (left: Self, right: Self) -> Bool {
        left.rank < right.rank
    }

    /// 0 for `debug` to 5 for `critical`; journals store it.
    public var rank: Int {
        switch self {
        case .debug: 0
        case .info: 1
        case .notice: 2
        case .warning: 3
        case .error: 4
        case .critical: 5
        }
    }

    /// The severity of a rank; nil outside 0...5.
    public init?(rank: Int) {
        guard Self.allCases.indices.contains(rank) else { return nil }
        self = Self.allCases[rank]
    }
}
