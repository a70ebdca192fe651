/// How long the first news wait for those that come with them: one commit for many. A value; nobody waits in it.
///
/// Each commit writes the checkpoint of all containers and waits for the disk. News after a quiet time go out almost at
/// once; while they keep coming, each batch gathers twice as long as the one before, so that a burst costs a few
/// commits a second.
struct GatheringPace: Sendable {
    /// After a quiet time: what one happening makes the kernel say comes within this.
    static let shortest: Duration = .milliseconds(20)
    /// Leaves time for the commit and the sinks: an event is told within a second.
    static let longest: Duration = .milliseconds(320)
    /// So long without news is a quiet time.
    static let quietTime: Duration = .milliseconds(500)

    private var current = shortest
    private var end: ContinuousClock.Instant?

    /// The first news of a batch came. So long the batch gathers.
    mutating func begin(at instant: ContinuousClock.Instant) -> Duration {
        let isBusy = end.map { instant - $0 < Self.quietTime } ?? false
        current = isBusy ? min(current * 2, Self.longest) : Self.shortest
        end = instant + current
        return current
    }
}
