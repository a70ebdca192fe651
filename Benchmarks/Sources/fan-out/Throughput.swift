import AgentCore
import Glibc
import Measuring
import Pipeline
import Synchronization

/// One publisher, as fast as its subscribers allow: it waits for the slowest, so that nobody reads from the journal.
struct Throughput {
    /// How far the slowest may be behind; the recent entries hold 4096.
    private static let lead: UInt64 = 2048
    private static let deliveries: UInt64 = 9_000_000
    /// Events that are published in turn: so many that each one held has memory of its own.
    private static let events = 8192

    let batch: Int
    let subscribers: Int

    /// Deliveries a second.
    func round() throws -> Double {
        let readers = Readers()
        let places = (0..<subscribers).map { _ in Place() }
        for (number, place) in places.enumerated() {
            let request = SubscriberRequest("\(number)")
            if batch == 1 {
                _ = try readers.hub.subscribe(request, onEach: { place.take($0) })
            } else {
                _ = try readers.hub.subscribe(request, onBatch: { place.take($0) })
            }
        }
        let batches = (0..<Self.events / batch).map { _ in Readers.events(batch) }
        let count = Self.deliveries / UInt64(subscribers)
        let start = Stopwatch.wall
        var last: UInt64 = 0
        var slowest: UInt64 = 0
        while last < count {
            if last >= slowest + Self.lead {
                slowest = least(places)
                if last >= slowest + Self.lead { sched_yield() }
                continue
            }
            readers.publish(batches[Int(last) / batch % batches.count], after: last)
            last += UInt64(batch)
        }
        while least(places) < last { sched_yield() }
        let seconds = Stopwatch.wall - start
        guard places.allSatisfy({ $0.mistakes.load(ordering: .relaxed) == 0 }) else {
            throw MeasuringError("a subscriber missed an entry, got one twice or out of order")
        }
        readers.hub.abandon()
        return Double(last) * Double(subscribers) / seconds
    }

    private func least(_ places: [Place]) -> UInt64 {
        places.reduce(.max) { min($0, $1.last.load(ordering: .relaxed)) }
    }
}
