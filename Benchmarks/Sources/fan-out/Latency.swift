import AgentCore
import Glibc
import Journals
import Measuring
import Pipeline
import Platform

/// What a publish takes, an event at a time and not in haste.
struct Latency {
    static let publishes = 25_000
    private static let pause = 20e-6

    let hasBlocked: Bool

    /// The time of each, in nanoseconds.
    func round() async throws -> [Double] {
        let readers = Readers()
        let places = (0..<10).map { _ in Place() }
        for (number, place) in places.enumerated() {
            _ = try readers.hub.subscribe(SubscriberRequest("\(number)"), onEach: { place.take($0) })
        }
        let gate = LockedCondition(false)
        if hasBlocked {
            _ = try readers.hub.subscribe(
                SubscriberRequest("blocked"),
                onEach: { _ in
                    gate.wait { $0 ? .done(()) : .sleep(atMost: nil) }
                })
        }
        var nanoseconds: [Double] = []
        nanoseconds.reserveCapacity(Self.publishes)
        for number in 0..<Self.publishes {
            var event = Readers.events(1)[0]
            event.id = "\(number)"
            // Not measured, but there for whoever falls behind.
            let commit = try await readers.journal.commit([event], checkpoint: nil, of: "measured")
            let start = Stopwatch.wall
            readers.publish([event], after: (commit.sequences?.lowerBound ?? 1) - 1)
            let end = Stopwatch.wall
            nanoseconds.append((end - start) * 1e9)
            while Stopwatch.wall < end + Self.pause {}
        }
        gate.withLock { $0 = true }
        gate.ringAll()
        readers.hub.abandon()
        return nanoseconds
    }
}
