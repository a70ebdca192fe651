public import EventModel

/// Gaps, told at a pace: the first at once, then at the most one a minute that covers all since. A sink that cannot
/// keep up would otherwise tell of a gap with every page, and two sinks of a very small journal, each pushing the
/// other's entries out with its event about a gap, would never end.
public struct GapReport: Sendable, Hashable {
    public static let pace = Duration.seconds(60)

    private var untold: Gap?
    private var lastTold: Timestamp?

    public init() {}

    /// Notes entries between `from` and `through` as missed: all of them, or `dropped` of them.
    public mutating func add(from: UInt64, through: UInt64, dropped: UInt64? = nil, reason: String? = nil) {
        let news = dropped ?? through - from + 1
        untold = Gap(
            from: min(untold?.from ?? from, from), through: max(untold?.through ?? through, through),
            dropped: (untold?.dropped ?? 0) + news, reason: reason)
    }

    /// The gap to tell of now, if any.
    public mutating func due(at now: Timestamp) -> Report? {
        guard untold != nil, remaining(at: now) == .zero else { return nil }
        lastTold = now
        return rest()
    }

    /// What is untold, whatever the pace.
    public mutating func rest() -> Report? {
        defer { untold = nil }
        return untold.map { .dropped($0) }
    }

    /// How long until what is untold may be told; nil when there is nothing.
    public func delay(at now: Timestamp) -> Duration? {
        untold == nil ? nil : remaining(at: now)
    }

    /// A clock set back makes the wait no longer than the pace.
    private func remaining(at now: Timestamp) -> Duration {
        guard let lastTold else { return .zero }
        return min(max(Self.pace - now.since(lastTold), .zero), Self.pace)
    }
}
