import AgentCore
import AgentTestKit
import EventModel
import Pipeline
import Testing

@Suite("BT-19 to BT-49: cancelling, closing, counting", .timeLimit(.minutes(1)))
struct BrokerTests {
    /// A manager whose journal takes nothing: a sink holds the one entry it has room for.
    private func withFullJournal(
        _ backend: Backend, _ body: (EventManager, ScriptedSink, ScriptedGate) async throws -> Void
    ) async throws {
        let (gate, policy) = (ScriptedGate(), RetentionPolicy(count: 1))
        let sink = ScriptedSink([.gated(gate)])
        try await backend.withManager(sinks: [NamedSink(name: "x", sink: sink)], policy: policy) { manager in
            let first = try await manager.producer(ProducerSettings(name: "first"))
            try await first.publish(published(0, by: "first"))
            await eventually("the journal is full") { gate.waiting == 1 }
            try await body(manager, sink, gate)
            gate.open()
        }
    }

    @Test(
        "BT-19: a producer cancelled after 3 events leaves exactly the 7 of the next one, in order",
        arguments: Backend.allCases)
    func cancelled(backend: Backend) async throws {
        try await withFullJournal(backend) { manager, sink, gate in
            let (dropped, acknowledged) = (Noted<String>(), Count())
            let cancelled = try await manager.producer(
                ProducerSettings(
                    name: "cancelled", onAcknowledged: { acknowledged.add($0) }, onDropped: { dropped.note($0.id) }))
            for number in 1...3 { try await cancelled.publish(published(number, by: "cancelled")) }
            await eventually("the journal refuses") { cancelled.status().lastError != nil }
            #expect(cancelled.cancel() == 3)
            #expect(dropped.values == ["1", "2", "3"])
            #expect(cancelled.cancel() == 0, "cancelling twice removes nothing twice")
            gate.open()
            let next = try await manager.producer(ProducerSettings(name: "next"))
            for number in 1...7 { try await next.publish(published(number, by: "next")) }
            next.close()
            await next.allAcknowledged()
            await manager.finished()
            #expect(sink.delivered.map(\.identity) == ["test://first 0"] + (1...7).map { "test://next \($0)" })
            #expect(acknowledged.value == 0)
        }
    }

    @Test(
        "BT-21: a queue of 2 is full, a third publish waits; closing answers it at once", arguments: Backend.allCases)
    func closedWhileWaiting(backend: Backend) async throws {
        try await withFullJournal(backend) { manager, _, _ in
            let producer = try await manager.producer(
                ProducerSettings(name: "p", queue: ReadLimit(entries: 2)))
            for number in 1...2 { try await producer.publish(published(number)) }
            #expect(throws: PublishError.full) { try producer.tryPublish(published(3)) }
            let third = Task { await producer.refusal(of: published(3)) }
            await eventually("the third waits") { producer.status().waiting == 1 }
            producer.close()
            #expect(await third.value == .closed)
            await #expect(throws: PublishError.closed) { try await producer.publish(published(4)) }
            #expect(throws: PublishError.closed) { try producer.tryPublish(published(4)) }
            // With what it had accepted it goes on.
            #expect(producer.status().counters.accepted == 2)
        }
    }

    @Test("BT-22: closed while an insert is pending, nothing is counted twice or below zero")
    func closedWhileInserting() async throws {
        try await Backend.memory.withManager { manager in
            for round in 0..<50 {
                let producer = try await manager.producer(
                    ProducerSettings(name: "p\(round)", queue: ReadLimit(entries: 2)))
                await withTaskGroup { group in
                    for number in 0..<8 {
                        group.addTask { _ = try? await producer.publish(published(number, by: "p\(round)")) }
                    }
                    group.addTask { round % 2 == 0 ? producer.close() : { producer.cancel() }() }
                }
                await producer.allAcknowledged()
                let status = producer.status()
                #expect(status.queued == 0)
                #expect(status.counters.accepted == status.counters.acknowledged + status.counters.dropped)
            }
        }
    }

    @Test("BT-23, BT-49: closing and cancelling again, in any order, is no error and changes nothing")
    func closedTwice() async throws {
        try await Backend.memory.withManager { manager in
            let producer = try await manager.producer(ProducerSettings(name: "p"))
            try await producer.publish(published(1))
            producer.close()
            producer.close()
            await producer.allAcknowledged()
            #expect(producer.cancel() == 0)
            producer.close()
            await producer.allAcknowledged()
            #expect(producer.status().counters.acknowledged == 1)
            await manager.stop()
            await manager.stop()
        }
    }

    @Test(
        "BT-25, BT-26: a batch that is full is not held by the linger; one short of it waits, and one more releases it")
    func linger() async throws {
        let sink = ScriptedSink()
        let named = NamedSink(
            name: "x", batch: ReadLimit(entries: 100), policy: DeliveryPolicy(linger: .seconds(3600)), sink: sink)
        let rig = Rig(sinks: [named])
        try await rig.manager.start()
        let producer = try await rig.manager.producer(ProducerSettings(name: "p"))
        for number in 1...100 { try await producer.publish(published(number)) }
        await eventually("a full batch goes at once") { sink.delivered.count == 100 }
        for number in 101...199 { try await producer.publish(published(number)) }
        await eventually("read") { await rig.sink("x")?.state == .idle && rig.clock.sleeping == 1 }
        #expect(sink.delivered.count == 100, "99 of 100 wait")
        try await producer.publish(published(200))
        await eventually("one more") { sink.delivered.count == 200 }
        try await producer.publish(published(201))
        await eventually("lingers") { rig.clock.sleeping == 1 }
        rig.clock.advance(by: .seconds(3600))
        await eventually("the linger is over") { sink.delivered.count == 201 }
        #expect(sink.attempts.map(\.count) == [100, 100, 1] || sink.attempts.count > 3)
        await rig.stop()
    }

    @Test("BT-27: a stopped manager answers at once: publishing, making a producer, waiting for the end")
    func stopped() async throws {
        try await Backend.memory.withManager { manager in
            let producer = try await manager.producer(ProducerSettings(name: "p"))
            await manager.stop()
            await #expect(throws: PublishError.self) { try await producer.publish(published(1)) }
            await #expect(throws: ProducerError.notRunning) {
                try await manager.producer(ProducerSettings(name: "q"))
            }
            await producer.allAcknowledged()
        }
    }

    @Test("BT-28, BT-29, BT-30: what was added, delivered and removed is counted, in events and bytes")
    func counted() async throws {
        try await withFullJournal(.memory) { manager, _, gate in
            let producer = try await manager.producer(ProducerSettings(name: "p"))
            let size = EncodedEvent(published(1)).body.count
            for number in 1...4 { try await producer.publish(published(number)) }
            await eventually("the journal refuses") { producer.status().lastError != nil }
            var status = producer.status()
            #expect((status.counters.accepted, status.queued) == (4, 4))
            #expect((status.counters.acceptedBytes, status.queuedBytes) == (4 * size, 4 * size))
            producer.cancel()
            status = producer.status()
            #expect((status.queued, status.queuedBytes) == (0, 0))
            #expect((status.counters.dropped, status.counters.droppedBytes) == (4, 4 * size))
            gate.open()
            await manager.finished()
            #expect(await manager.status().sinks.first?.delivered == 1)
        }
    }

    @Test("BT-32: a producer without callbacks is done when it is closed and committed")
    func forgetful() async throws {
        try await Backend.memory.withManager { manager in
            let producer = try await manager.producer(ProducerSettings(name: "p"))
            let waiting = Task { await producer.allAcknowledged() }
            for number in 1...10 { try await producer.publish(published(number)) }
            producer.close()
            await waiting.value
            #expect(producer.status().counters.committed == 10)
        }
    }

    @Test("BT-33: a producer that waits for its sinks is done when all of them have acknowledged, not before")
    func waitsForSinks() async throws {
        let (gate, fast) = (ScriptedGate(), ScriptedSink())
        let sinks = [NamedSink(name: "slow", sink: ScriptedSink([.gated(gate)])), NamedSink(name: "fast", sink: fast)]
        try await Backend.memory.withManager(sinks: sinks) { manager in
            let count = Count()
            let producer = try await manager.producer(
                ProducerSettings(name: "p", acknowledgement: .delivered, onAcknowledged: { count.add($0) }))
            for number in 1...10 { try await producer.publish(published(number)) }
            producer.close()
            await eventually("the fast one has all") { fast.delivered.count == 10 }
            #expect(count.value == 0)
            gate.open()
            await producer.allAcknowledged()
            #expect(count.value == 10)
        }
    }

    @Test("BT-33: one sink far ahead of another acknowledges nothing for it")
    func leastOfTheSinks() async throws {
        let (first, second, fast) = (ScriptedGate(), ScriptedGate(), ScriptedSink())
        let slow = ScriptedSink([.gated(first), .gated(second)])
        let sinks = [
            NamedSink(name: "slow", batch: ReadLimit(entries: 1), sink: slow), NamedSink(name: "fast", sink: fast),
        ]
        try await Backend.memory.withManager(sinks: sinks) { manager in
            let count = Count()
            let producer = try await manager.producer(
                ProducerSettings(name: "p", acknowledgement: .delivered, onAcknowledged: { count.add($0) }))
            try await producer.publish(published(1))
            await eventually("committed apart") { producer.status().counters.committed == 1 }
            for number in 2...10 { try await producer.publish(published(number)) }
            await eventually("the fast one has all") { await manager.status().sinks.last?.cursor == 10 }
            first.open()
            await eventually("the slow one is at the second") { slow.attempts.count == 2 }
            await eventually("one is acknowledged") { count.value > 0 }
            #expect(count.value == 1)
            second.open()
            producer.close()
            await producer.allAcknowledged()
            #expect(count.value == 10)
        }
    }

    @Test("BT-34: the end of the manager ends the wait, though a sink never acknowledged")
    func forcedEnd() async throws {
        let rig = Rig(sinks: [NamedSink(name: "x", sink: ScriptedSink([.gated(ScriptedGate())]))])
        let count = Count()
        try await rig.manager.start()
        let producer = try await rig.manager.producer(
            ProducerSettings(name: "p", acknowledgement: .delivered, onAcknowledged: { count.add($0) }))
        try await producer.publish(published(1))
        let waiting = Task { await producer.allAcknowledged() }
        await rig.stop()
        await waiting.value
        #expect(count.value == 0, "what no sink took is not acknowledged")
    }

    @Test("BT-35: the numbers of a producer's events rise by one, also among several publishers")
    func numbers() async throws {
        try await Backend.memory.withManager { manager in
            let producer = try await manager.producer(ProducerSettings(name: "p", queue: ReadLimit(entries: 8)))
            let numbers = Noted<UInt64>()
            await withTaskGroup { group in
                for task in 0..<4 {
                    group.addTask {
                        var last: UInt64 = 0
                        for event in 0..<100 {
                            guard let number = try? await producer.publish(published(task * 1000 + event)) else {
                                return
                            }
                            #expect(number > last)
                            last = number
                            numbers.note(number)
                        }
                    }
                }
            }
            #expect(numbers.values.sorted() == Array(1...400))
        }
    }

    @Test(
        "BT-48: while publishers wait, give up and go on, no counter is below zero or above capacity",
        arguments: Backend.allCases)
    func countersWhileBlocked(backend: Backend) async throws {
        try await withFullJournal(backend) { manager, _, gate in
            let (limit, publishers) = (ReadLimit(entries: 3, bytes: 2000), 20)
            let producer = try await manager.producer(ProducerSettings(name: "p", queue: limit))
            let seen = Noted<ProducerStatus>()
            let watching = Task {
                while !Task.isCancelled {
                    seen.note(producer.status())
                    await Task.yield()
                }
            }
            let waiting = (0..<publishers).map { number in
                Task { await producer.refusal(of: published(number)) }
            }
            await eventually("they wait") { producer.status().waiting == publishers - limit.entries }
            for number in stride(from: 0, to: publishers, by: 4) { waiting[number].cancel() }
            await eventually("some gave up") { producer.status().waiting < publishers - limit.entries }
            gate.open()
            var accepted = 0
            for task in waiting where await task.value == nil { accepted += 1 }
            producer.close()
            await producer.allAcknowledged()
            watching.cancel()
            await watching.value
            seen.note(producer.status())
            for status in seen.values {
                #expect((0...limit.entries).contains(status.queued) && (0...limit.bytes).contains(status.queuedBytes))
                #expect((0...publishers).contains(status.waiting))
                let counters = status.counters
                #expect((0...accepted).contains(counters.accepted) && counters.dropped == 0)
                #expect(counters.acknowledged <= counters.committed && counters.committed <= counters.accepted)
                #expect(status.queued == counters.accepted - counters.committed)
            }
            #expect(producer.status().counters.acknowledged == accepted)
        }
    }

    @Test("BT-36: the queue takes exactly as many as it is told, one at the least")
    func queueSize() {
        for size in [1, 2, 20, 4096] {
            var queue = ProducerQueue(limit: ReadLimit(entries: size), waitsForSinks: false)
            var accepted = 0
            while case .accepted = queue.offer(encoded(accepted), mayWait: false) { accepted += 1 }
            #expect(accepted == size)
        }
    }
}

/// An event of so many bytes, ready for a queue.
func encoded(_ number: Int, bytes: Int = 10) -> EncodedEvent {
    EncodedEvent(
        source: "test://p", id: "\(number)", type: "vm.powered-on", severity: .info,
        body: Array(repeating: 0x20, count: bytes)[...])
}

extension Producer {
    /// Why the event was not accepted; nil when it was.
    func refusal(of event: Event) async -> PublishError? {
        do {
            try await publish(event)
            return nil
        } catch {
            return error
        }
    }
}
