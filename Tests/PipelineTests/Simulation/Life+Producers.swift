import AgentCore
import AgentTestKit
import Pipeline

extension Life {
    /// One step of a producer's program, of its committing task or of its acknowledging one.
    mutating func stepProducer(_ index: Int) throws -> Progress {
        try acknowledgeDelivered(index)
        if let batch = producers[index].withJournal { return try finishCommit(index, batch) }
        if isOver(index) {
            renew(index)
            return .moved
        }
        if try publish(index) { return .moved }
        if producers[index].heldAt == room { return .waits }
        producers[index].heldAt = nil
        guard producers[index].queue.hasQueued else { return .waits }
        let limit = ReadLimit(entries: chance.draw(1...LifePlan.largestBatch))
        producers[index].withJournal = producers[index].queue.handOver(limit)
        return .moved
    }

    /// It was cancelled, and all it had is settled: the program goes on with another of the same name.
    private func isOver(_ index: Int) -> Bool {
        let queue = producers[index].queue
        return queue.isCommitted && queue.nextMark == nil && producers[index].next < producers[index].plan.events.count
    }

    /// Offers the next event; true when it was accepted.
    private mutating func publish(_ index: Int) throws -> Bool {
        let plan = producers[index].plan
        guard producers[index].next < plan.events.count, !producers[index].queue.isClosed else { return false }
        let event = plan.events[producers[index].next]
        switch producers[index].queue.offer(event, mayWait: chance.happens(50)) {
        case .accepted: accept(index, event)
        case .refused(.full): return false
        case .refused(let error): throw Violation(.bounded, "\(plan.name) is refused: \(error)")
        case .waits(let ticket):
            seen.insert(.publisherWaits)
            let admitted = producers[index].queue.admit().map(\.ticket)
            if admitted == [ticket] {
                accept(index, event)
            } else if !producers[index].queue.withdraw(ticket: ticket) {
                throw Violation(.bounded, "\(plan.name) waits under a ticket that is not there")
            } else {
                return false
            }
        }
        let held = producers[index].queue.held
        if held.events > plan.queue.entries || held.bytes > plan.queue.bytes {
            throw Violation(.bounded, "\(plan.name) holds \(held)")
        }
        return true
    }

    private mutating func accept(_ index: Int, _ event: EncodedEvent) {
        producers[index].accepted.append(event.id)
        producers[index].next += 1
    }

    private mutating func finishCommit(_ index: Int, _ batch: [EncodedEvent]) throws -> Progress {
        // The journal works, and the program cancels meanwhile.
        if !isHealed, chance.happens(5) { cancel(index) }
        try mayCrash()
        producers[index].withJournal = nil
        let name = producers[index].plan.name
        do throws(JournalError) {
            if fault(.unwritable) { throw .unwritable("no space left on device") }
            let commit = try history.commit(batch, checkpoint: nil, of: name)
            acknowledge(index, producers[index].queue.committed(commit, head: history.head))
        } catch  where bug == .failedPublishForgotten {
            acknowledge(index, producers[index].queue.committed(Commit(sequences: nil, repeated: 0), head: 0))
        } catch {
            if error == .full {
                seen.insert(.producerHeld)
                producers[index].heldAt = room
            }
            noteDropped(index, producers[index].queue.putBack())
        }
        try checkRetention()
        try checkAcknowledged()
        try mayCrash()
        return .moved
    }

    /// As `Producer.acknowledgeAll` does it: with the least of the cursors.
    private mutating func acknowledgeDelivered(_ index: Int) throws {
        guard let mark = producers[index].queue.nextMark else { return }
        let cursors = sinks.map(\.acknowledged)
        let least = (bug == .acknowledgedByOneSink ? cursors.max() : cursors.min()) ?? .max
        guard least >= mark else { return }
        seen.insert(.lateAcknowledgement)
        acknowledge(index, producers[index].queue.reached(least))
        try checkAcknowledged()
    }

    private mutating func acknowledge(_ index: Int, _ count: Int) {
        producers[index].acknowledged += count
    }

    private mutating func cancel(_ index: Int) {
        seen.insert(.producerCancelled)
        noteDropped(index, producers[index].queue.cancel().dropped)
        if bug == .cancelTakesTooMuch { noteDropped(index, producers[index].withJournal ?? []) }
    }

    private mutating func settle(_ index: Int) throws {
        try checkAcknowledged()
        let queue = producers[index].queue
        if queue.held.events > 0 { throw Violation(.bounded, "a cancelled producer holds \(queue.held.events) events") }
    }

    /// The agent stops: what is queued is committed, or dropped where the journal is full.
    mutating func endProducer(_ index: Int) throws {
        _ = producers[index].queue.close()
        for _ in 0..<100 {
            if producers[index].queue.isCommitted { break }
            if producers[index].heldAt == room { break }
            _ = try stepProducer(index)
        }
        noteDropped(index, producers[index].queue.fail("the pipeline stops").dropped)
        try settle(index)
    }

    private mutating func renew(_ index: Int) {
        let producer = producers[index]
        producers[index] = ProducerLife(
            plan: producer.plan, queue: Self.queue(of: producer.plan), next: producer.next, dropped: producer.dropped)
    }

    private mutating func noteDropped(_ index: Int, _ events: [EncodedEvent]) {
        producers[index].dropped.formUnion(events.map(\.id))
    }

    /// Reliable: what was acknowledged to a producer is in the journal, in publish order - and has passed every sink,
    /// where the producer asked for that; what was dropped is not.
    func checkAcknowledged() throws {
        for producer in producers {
            let name = producer.plan.name
            let stored = history.archive.filter { $0.source == name }
            let ids = stored.map(\.id)
            if let both = ids.first(where: producer.dropped.contains) {
                throw Violation(.reliable, "\(name): \(both) was reported as dropped, and is stored")
            }
            let acknowledged = producer.accepted.filter { !producer.dropped.contains($0) }
                .prefix(producer.acknowledged)
            guard acknowledged.count == producer.acknowledged, Set(acknowledged).isSubset(of: ids) else {
                throw Violation(.reliable, "\(name): \(producer.acknowledged) acknowledged, stored are \(ids)")
            }
            guard producer.plan.waitsForSinks, let last = acknowledged.last,
                let sequence = stored.first(where: { $0.id == last })?.entry.sequence
            else { continue }
            for sink in sinks where sink.acknowledged < sequence {
                throw Violation(.reliable, "\(name): \(sequence) is acknowledged, \(sink.plan.name) has not got it")
            }
        }
    }

    /// After all is at rest: what this process accepted is stored or was dropped, in publish order.
    func checkProducer(_ producer: ProducerLife) throws {
        let name = producer.plan.name
        let stored = history.archive.filter { $0.source == name }.map(\.id)
        if stored != stored.sorted(by: { (Int($0) ?? 0) < (Int($1) ?? 0) }) {
            throw Violation(.ordered, "\(name): stored \(stored)")
        }
        let mayBeHeld = sinks.contains(where: \.isHanging)
        let lost = producer.accepted.filter { !stored.contains($0) && !producer.dropped.contains($0) }
        if !lost.isEmpty, !mayBeHeld { throw Violation(.reliable, "\(name): \(lost) are neither stored nor dropped") }
        if producer.next < producer.plan.events.count, !mayBeHeld {
            throw Violation(.bounded, "\(name) could not publish \(producer.next) of its events")
        }
    }
}
