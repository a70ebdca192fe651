import AgentCore
import EventModel
import Pipeline
import Testing

/// The disk queue's rules of room and order, on the producer's queue, and its rules of acknowledgement, on the cursor
/// of a sink with several workers.
@Suite("BT-40 to BT-47: room, order, acknowledgement")
struct QueueTests {
    private let queue = ProducerQueue(limit: ReadLimit(entries: 100, bytes: 1000), waitsForSinks: false)

    @Test("BT-40: an event is accepted where there is room, refused where it never fits, and waits behind others")
    func room() {
        var queue = queue
        #expect(queue.offer(encoded(1, bytes: 1000), mayWait: false) == .accepted(1), "a: empty, exactly as large")
        queue = self.queue
        let tooLarge = ProducerQueue.Answer.refused(.tooLarge(bytes: 1001, limit: 1000))
        #expect(queue.offer(encoded(1, bytes: 1001), mayWait: true) == tooLarge, "b: even when willing to wait")
        #expect(queue.offer(encoded(1, bytes: 600), mayWait: false) == .accepted(1))
        #expect(queue.offer(encoded(2, bytes: 500), mayWait: false) == .refused(.full), "d: full, not waiting")
        #expect(queue.offer(encoded(2, bytes: 500), mayWait: true) == .waits(ticket: 1), "e: full, waiting")
        #expect(queue.offer(encoded(3, bytes: 10), mayWait: false) == .refused(.full), "f: others wait, not waiting")
        #expect(queue.offer(encoded(3, bytes: 10), mayWait: true) == .waits(ticket: 2), "g: queued behind them")
    }

    @Test("BT-45: those who wait are let in in their order, while they fit; one byte over does not")
    func unblocked() {
        for (third, admitted) in [(501, [1, 2] as [UInt64]), (500, [1, 2, 3])] {
            var queue = queue
            _ = queue.offer(encoded(0, bytes: 900), mayWait: false)
            _ = queue.handOver(ReadLimit())
            _ = queue.offer(encoded(1, bytes: 100), mayWait: false)
            for (number, bytes) in [(2, 200), (3, 200), (4, third)] {
                _ = queue.offer(encoded(number, bytes: bytes), mayWait: true)
            }
            #expect(queue.admit().isEmpty)
            // What the journal has now makes room: 100 of 1000 bytes are used.
            _ = queue.committed(Commit(sequences: 1...1, repeated: 0), head: 1)
            #expect(queue.admit().map(\.ticket) == admitted)
            #expect(queue.handOver(ReadLimit()).map(\.id) == (1...admitted.count + 1).map { "\($0)" })
        }
    }

    @Test("BT-46: room counts what is queued and what the journal has under way, and the number of events as well")
    func capacity() {
        var queue = ProducerQueue(limit: ReadLimit(entries: 3, bytes: 1000), waitsForSinks: false)
        for number in 1...2 { _ = queue.offer(encoded(number, bytes: 250), mayWait: false) }
        _ = queue.handOver(ReadLimit(entries: 1))
        #expect(queue.isFull(for: 501))
        #expect(!queue.isFull(for: 500))
        #expect(queue.offer(encoded(3, bytes: 0), mayWait: false) == .accepted(3))
        #expect(queue.isFull(for: 0), "three events are as many as it takes")
        _ = queue.committed(Commit(sequences: 1...1, repeated: 0), head: 1)
        #expect(!queue.isFull(for: 0))
    }

    /// What a cursor test does, step by step: lane by lane, a worker's delivery ends; then the cursor is expected
    /// there.
    @Test(
        "BT-47: the cursor moves over what is done and never over what is not, in whatever order that is",
        arguments: [
            ("a, c: in order", [0, 1, 2], [1, 2, 6]),
            ("b, d: the second early, the gap closes later", [1, 0, 2], [0, 2, 6]),
            ("e, f: backwards", [2, 1, 0], [0, 0, 6]),
        ])
    func cursor(name: String, order: [Int], cursors: [UInt64]) throws {
        var lanes = LaneDialogue(workers: 3)
        // Lane 0 has entry 1, lane 1 entry 2, lane 2 entries 3 to 6.
        lanes.read([0, 1, 2, 2, 2, 2])
        for worker in 0..<3 { lanes.begin(worker) }
        for (worker, cursor) in zip(order, cursors) {
            lanes.finish(worker)
            #expect(lanes.progress.cursor == cursor, "\(name), after lane \(worker)")
        }
    }

    @Test("BT-60: acknowledgements are in publish order, though the sinks' cursors come late, and room is made before")
    func acknowledgedInOrder() {
        var queue = ProducerQueue(limit: ReadLimit(entries: 4), waitsForSinks: true)
        var acknowledged: [Int] = []
        for batch: UInt64 in 0..<3 {
            for number in 0..<4 { _ = queue.offer(encoded(number), mayWait: false) }
            #expect(queue.isFull(for: 1))
            _ = queue.handOver(ReadLimit())
            // Another producer's entries lie between.
            let first = batch * 10 + 1
            acknowledged.append(queue.committed(Commit(sequences: first...first + 3, repeated: 0), head: first + 3))
            #expect(!queue.isFull(for: 1), "room is made by the commit, not by the sinks")
        }
        #expect(acknowledged == [0, 0, 0])
        #expect(queue.reached(3) == 0, "half a batch is none")
        #expect(queue.reached(23) == 8)
        #expect(queue.reached(24) == 4)
        #expect(queue.unacknowledged == 0)
    }

    @Test("the number of batches that wait for sinks is bounded, and none of their events is forgotten")
    func spansBounded() {
        var queue = ProducerQueue(limit: ReadLimit(entries: 1), waitsForSinks: true)
        let batches = UInt64(ProducerQueue.mostSpans) + 500
        for sequence in 1...batches {
            _ = queue.offer(encoded(1), mayWait: false)
            _ = queue.handOver(ReadLimit())
            _ = queue.committed(Commit(sequences: sequence...sequence, repeated: 0), head: sequence)
        }
        #expect(queue.reached(UInt64(ProducerQueue.mostSpans) - 1) == ProducerQueue.mostSpans - 1)
        #expect(queue.reached(batches - 1) == 0)
        #expect(queue.reached(batches) == 501)
    }

    @Test("an event that the journal held already is acknowledged only when the sinks are at the head of that moment")
    func repeated() {
        var queue = ProducerQueue(limit: ReadLimit(), waitsForSinks: true)
        _ = queue.offer(encoded(1), mayWait: false)
        _ = queue.handOver(ReadLimit())
        _ = queue.committed(Commit(sequences: nil, repeated: 1), head: 7)
        #expect(queue.reached(6) == 0)
        #expect(queue.reached(7) == 1)
    }
}

extension ProducerQueue {
    /// Whether an event of so many bytes would not be taken now.
    func isFull(for bytes: Int) -> Bool {
        var copy = self
        return copy.offer(encoded(0, bytes: bytes), mayWait: false) == .refused(.full)
    }
}
