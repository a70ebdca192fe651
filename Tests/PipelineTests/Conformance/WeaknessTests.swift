import AgentCore
import AgentTestKit
import EventModel
import Logging
import Pipeline
import Platform
import Synchronization
import Testing

/// The weaknesses B1 to B5, B9 and B11 to B14 of other systems, each turned round. B10 is among the windows of history.
@Suite("Conformance: the weaknesses of others", .timeLimit(.minutes(1)))
struct WeaknessTests {
    /// Closed until it is opened; threads wait at it.
    final class Gate: Sendable {
        private let isOpen = LockedCondition(false)
        let waiting = Atomic(0)

        func pass() {
            waiting.add(1, ordering: .relaxed)
            isOpen.wait { $0 ? .done(()) : .sleep(atMost: nil) }
        }

        func open() {
            isOpen.withLock { $0 = true }
            isOpen.ringAll()
        }
    }

    @Test(
        "B1 B9 subscribers whose callbacks block stop no publisher, no other subscriber and no task",
        arguments: Backend.allCases, [1, 5, 40])
    func blocked(kind: Backend, blocked: Int) async throws {
        try await kind.withReaders { rig in
            let (gate, received, late) = (Gate(), Received(), Received())
            for number in 0..<blocked {
                _ = try rig.subscribers.subscribe(SubscriberRequest("blocked \(number)")) { entry in
                    gate.pass()
                    if number == 0 { late.note(entry) }
                }
            }
            _ = try rig.subscribers.subscribe(SubscriberRequest("well")) { received.note($0) }
            for _ in 0..<60 { try await rig.publish(batch: 100) }
            await eventually("the other has all") { received.count == 6000 }
            await eventually("they all block") { gate.waiting.load(ordering: .relaxed) == blocked }
            #expect(rig.subscribers.callbackThreads <= blocked + 3)
            gate.open()
            // What it was too slow for comes from the journal: nothing is lost.
            await eventually("the blocked one as well") { late.count == 6000 }
            #expect((late.sequences == Array(1...6000)) == true)
            #expect((received.sequences == Array(1...6000)) == true)
        }
    }

    @Test("B1 a callback that never returns holds up the agent's stop no longer than its deadline")
    func blockedAtStop() async throws {
        let rig = Rig(collectors: ["c": ScriptedCollector([.batch(batch(1...3))])])
        let gate = Gate()
        _ = try await rig.manager.subscribe(SubscriberRequest("s"), onEach: { _ in gate.pass() })
        try await rig.manager.start()
        await eventually("it blocks") { gate.waiting.load(ordering: .relaxed) == 1 }
        await rig.stop(within: .seconds(10))
        #expect(await rig.manager.status().phase == .stopped)
        gate.open()
    }

    @Test("B2 subscribing and unsubscribing while others publish harms nothing")
    func storm() async throws {
        try await Backend.memory.withReaders { rig in
            let received = Received()
            _ = try rig.subscribers.subscribe(SubscriberRequest("stays"), onBatch: { received.noteAll($0) })
            await withTaskGroup { group in
                group.addTask { for _ in 0..<2000 { try? await rig.publish(1) } }
                for number in 0..<4 {
                    group.addTask {
                        for _ in 0..<500 {
                            let request = SubscriberRequest("guest \(number)")
                            let it = try? rig.subscribers.subscribe(request, onEach: { _ in })
                            await Task.yield()
                            await it?.unsubscribe()
                        }
                    }
                }
            }
            await eventually("all came") { received.count == 2000 }
            #expect(received.sequences == Array(1...2000))
            #expect(rig.subscribers.list.count == 1)
        }
    }

    @Test(
        "B3 a name that is taken is an error that says so, and the first subscriber stays; the name is free afterwards")
    func twice() async throws {
        try await Backend.memory.withReaders { rig in
            let received = Received()
            let first = try rig.subscribers.subscribe(SubscriberRequest("s")) { received.note($0) }
            #expect(throws: SubscriberError.nameTaken("s")) {
                try rig.subscribers.subscribe(SubscriberRequest("s"), onEach: { _ in })
            }
            #expect("\(SubscriberError.nameTaken("s"))".contains("\"s\" is taken"))
            try await rig.publish(1)
            await eventually("the first has it") { received.count == 1 }
            await first.unsubscribe()
            await eventually("no thread is left") { rig.subscribers.callbackThreads == 0 }
            #expect(rig.recent.holding == (0, 0))
            _ = try rig.subscribers.subscribe(SubscriberRequest("s"), onEach: { _ in })
        }
    }

    /// What a callback does to its own subscription at the third entry.
    enum Own: CaseIterable {
        case queueing, discarding, bothWays, unsubscribe
    }

    @Test(
        "B4 a callback may suspend, resume and end its own subscription: the entry under way is the last",
        arguments: Own.allCases)
    func own(own: Own) async throws {
        try await Backend.memory.withReaders { rig in
            let (received, other) = (Received(), Received())
            _ = try rig.subscribers.subscribe(SubscriberRequest("s")) { [hub = rig.subscribers] entry in
                received.note(entry)
                guard entry.sequence == 3, let mine = hub["s"] else { return }
                switch own {
                case .queueing: mine.suspend(.queueing)
                case .discarding: mine.suspend(.discarding)
                case .bothWays:
                    mine.suspend(.queueing)
                    mine.resume()
                case .unsubscribe: mine.unsubscribe()
                }
            }
            _ = try rig.subscribers.subscribe(SubscriberRequest("other"), onBatch: { other.noteAll($0) })
            try await rig.publish(batch: 10)
            await eventually("the other has all") { other.count == 10 }
            await eventually("the third") { received.count >= 3 }
            switch own {
            case .queueing, .discarding:
                #expect(received.sequences == [1, 2, 3])
                rig.subscribers["s"]?.resume()
                // What was published before it suspended itself waits for it, whichever way it did.
                await eventually("the rest") { received.sequences == Array(1...10) }
            case .bothWays:
                await eventually("all") { received.sequences == Array(1...10) }
            case .unsubscribe:
                #expect(received.sequences == [1, 2, 3])
                #expect(rig.subscribers["s"] == nil)
            }
        }
    }

    @Test(
        "B3 B4 nothing is delivered once unsubscribe has returned, whoever calls it, blocking or not",
        arguments: [true, false])
    func silence(blocking: Bool) async throws {
        try await Backend.memory.withReaders { rig in
            for _ in 0..<200 {
                let isOver = Atomic(false)
                let (late, begun) = (Received(), Received())
                let it = try rig.subscribers.subscribe(SubscriberRequest("s")) { entry in
                    begun.note(entry)
                    if isOver.load(ordering: .sequentiallyConsistent) { late.note(entry) }
                }
                try await rig.publish(batch: 20)
                if blocking { ended(it) } else { await it.unsubscribe() }
                isOver.store(true, ordering: .sequentiallyConsistent)
                let count = begun.count
                await Task.yield()
                #expect(begun.count == count)
                #expect(late.count == 0)
            }
        }
    }

    private func ended(_ subscription: Subscription) {
        subscription.unsubscribe()
    }

    @Test("B5 a new subscriber sees nothing of before, unless it asks for history", arguments: Backend.allCases)
    func before(kind: Backend) async throws {
        try await kind.withReaders { rig in
            try await rig.publish(5000)
            let (fresh, some, all) = (Received(), Received(), Received())
            _ = try rig.subscribers.subscribe(SubscriberRequest("fresh")) { fresh.note($0) }
            _ = try rig.subscribers.subscribe(SubscriberRequest("some", start: .after(4990))) { some.note($0) }
            _ = try rig.subscribers.subscribe(SubscriberRequest("all", start: .after(0)), onBatch: { all.noteAll($0) })
            try await rig.publish(3)
            await eventually("all came") { all.count == 5003 && some.count == 13 && fresh.count == 3 }
            #expect(fresh.sequences == [5001, 5002, 5003])
            #expect(some.sequences == Array(4991...5003))
            #expect((all.sequences == Array(1...5003)) == true)
        }
    }

    @Test("B12 recording turned off and on, any number of times, loses nothing and keeps the sequences")
    func toggle() async throws {
        let batches = (1...20).map { ScriptedCollector.Step.batch(batch($0...$0)) }
        let rig = Rig(collectors: ["c": ScriptedCollector(batches)])
        await rig.manager.setTracking(false)
        try await rig.manager.start()
        await eventually("held") { await rig.collector("c")?.state == .held }
        #expect(rig.journal.history.head == 0)
        for _ in 0..<50 {
            await rig.manager.setTracking(true)
            await rig.manager.setTracking(false)
        }
        await rig.manager.setTracking(true)
        await eventually("all came") { rig.journal.history.head == 20 }
        #expect(rig.journal.history.archive.map(\.id) == (1...20).map { "\($0)" })
        #expect(rig.manager.isTracking)
        await rig.stop()
    }

    @Test("B13 a stream whose reader has gone leaves no place, no task and no entries behind")
    func gone() async throws {
        try await Backend.memory.withReaders(limits: StreamLimits(lag: 100)) { rig in
            for _ in 0..<20 {
                let stream = try await rig.streams.open(StreamRequest("s", start: .last(50)))
                try await rig.publish(batch: 20)
                _ = await stream.next()
            }
            #expect(rig.streams.list.isEmpty)
            #expect(rig.recent.holding == (0, 0))
        }
    }

    @Test(
        "B14 entries carry their sequence; a stream resumes after any, and is told what is gone",
        arguments: Backend.allCases)
    func resume(kind: Backend) async throws {
        try await kind.withReaders(count: 20) { rig in
            try await rig.publish(50)
            for start in UInt64(0)...50 {
                let stream = try await rig.streams.open(StreamRequest("s", start: .after(start)))
                var sequences: [UInt64] = []
                var gaps: [StreamGap] = []
                while stream.status.lag > 0, let part = await stream.next() {
                    if case .entries(let entries) = part { sequences += entries.map(\.sequence) }
                    if case .gap(let gap) = part { gaps.append(gap) }
                }
                #expect(sequences == Array(max(start, 30) + 1..<51))
                #expect(gaps == (start < 30 ? [StreamGap(from: start + 1, lowest: 31, highest: 50)] : []))
                stream.close()
            }
            await #expect(throws: StreamError.ahead(of: 50, asked: 51)) {
                try await rig.streams.open(StreamRequest("s", start: .after(51)))
            }
        }
    }

    @Test("subscribe suspended, read the present state, resume: nothing is lost and nothing comes twice")
    func listThenWatch() async throws {
        try await Backend.memory.withReaders { rig in
            let done = Atomic(false)
            let publishing = Task {
                while !done.load(ordering: .relaxed) {
                    try await rig.publish(1)
                    await Task.yield()
                }
            }
            for round in 0..<50 {
                let received = Received()
                let it = try rig.subscribers.subscribe(
                    SubscriberRequest("s \(round)", suspension: .queueing, queueLimit: 100_000)
                ) { received.note($0) }
                await Task.yield()
                let state = try await rig.journal.state().head
                it.resume()
                await eventually("goes on") { (received.sequences.last ?? 0) > state + 5 }
                let got = received.sequences
                #expect(try #require(got.first) <= state + 1)
                #expect(got == Array(try #require(got.first)...UInt64(try #require(got.last))))
                await it.unsubscribe()
            }
            done.store(true, ordering: .relaxed)
            try await publishing.value
        }
    }

    @Test("a callback that throws is counted, logged at the first and every doubling, and the next entry comes")
    func throwing() async throws {
        struct Trouble: Error {}
        try await Backend.memory.withReaders { rig in
            let received = Received()
            let it = try rig.subscribers.subscribe(SubscriberRequest("s")) { entry in
                received.note(entry)
                if entry.sequence % 2 == 0 { throw Trouble() }
            }
            for number in 1...10 {
                try await rig.publish(1)
                await eventually("it came") { received.count == number && it.status.lag == 0 }
            }
            #expect((it.status.failures, it.status.lastError) == (5, "Trouble()"))
            await eventually("told") { rig.log.lines("subscriber failed").count == 3 }
            let lines = rig.log.lines("subscriber failed").map(\.metadata)
            #expect(lines.map { $0["failures"] } == ["1", "2", "4"])
            #expect(lines.allSatisfy { $0["subscriber"] == "s" && $0["reason"] == "Trouble()" })
        }
    }
}
