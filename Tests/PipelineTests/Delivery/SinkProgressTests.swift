import AgentCore
import EventModel
import Pipeline
import Testing

@Suite("What a sink does next")
struct SinkProgressTests {
    @Test("a batch that is too large comes again in halves, and a single entry that is becomes a dead letter")
    func split() {
        var lane = LaneDialogue(workers: 1)
        lane.read([0, 0, 0, 0, 0])
        #expect(lane.begin() == [1, 2, 3, 4, 5])
        lane.fail(.tooLarge(reason: "413"))
        #expect(lane.begin() == [1, 2])
        lane.finish()
        #expect(lane.progress.cursor == 2, "the half that is there is acknowledged")
        #expect(lane.begin() == [3, 4, 5])
        lane.fail(.tooLarge(reason: "413"))
        #expect(lane.begin() == [3])
        lane.fail(.tooLarge(reason: "413: 3 MiB"))
        lane.acknowledge()
        #expect(lane.refused == [DeadLetter(sequence: 3, reason: "413: 3 MiB")])
        #expect(lane.begin() == [4, 5])
        lane.finish()
        #expect(lane.progress.cursor == 5)
        #expect(lane.progress.counters.splits == 2)
        #expect(lane.progress.counters.delivered == 4)
        #expect(lane.progress.outage.attempts == 0, "a destination that answers is available")
    }

    @Test("a batch is given up after so many attempts, or so long, and its entries become dead letters")
    func givenUp() {
        for policy in [DeliveryPolicy(attempts: 2), DeliveryPolicy(age: .seconds(60))] {
            var lane = LaneDialogue(workers: 1, policy: policy)
            lane.read([0, 0])
            #expect(lane.begin() == [1, 2])
            lane.fail(.retryable(reason: "down"))
            guard case .rest(let delay) = lane.next() else { return #expect(Bool(false), "it rests") }
            #expect(delay == .seconds(1))
            lane.now = lane.now.advanced(by: .seconds(61))
            #expect(lane.begin() == [1, 2])
            lane.fail(.retryable(reason: "down"))
            lane.acknowledge()
            #expect(lane.refused.map(\.sequence) == [1, 2])
            #expect(lane.refused.first?.reason == "given up after 2 attempts: down")
            #expect(lane.progress.outage.attempts == 2, "giving up is no recovery")
            #expect(lane.progress.counters.deadLetters == 2)
        }
    }

    @Test("a batch refused for one entry is halved until that one alone is a dead letter")
    func refusedForOne() {
        var lane = LaneDialogue(workers: 1)
        lane.read([0, 0, 0, 0, 0, 0, 0, 0])
        let attempts: [[UInt64]] = [Array(1...8), Array(1...4), Array(5...8), [5, 6], [5], [6], [7, 8]]
        for batch in attempts {
            #expect(lane.begin() == batch)
            if batch.contains(6) { lane.fail(.refused(reason: "400")) } else { lane.finish() }
            if batch == [6] { lane.acknowledge() }
        }
        #expect(lane.refused == [DeadLetter(sequence: 6, reason: "400")])
        #expect(lane.progress.counters.delivered == 7)
    }

    @Test("what waits for a person is never given up, whatever the limits of attempts and age")
    func held() {
        var lane = LaneDialogue(workers: 1, policy: DeliveryPolicy(attempts: 2, age: .seconds(60)))
        lane.read([0, 0])
        for _ in 1...10 {
            #expect(lane.begin() == [1, 2])
            lane.fail(.held(reason: "401"))
            lane.now = lane.now.advanced(by: .seconds(61))
        }
        #expect(lane.progress.counters.deadLetters == 0)
        #expect(lane.progress.outage.lastError == "401")
        lane.finish()
    }

    @Test("while its destination is unavailable a sink that discards lets entries go, and probes with later ones")
    func discard() {
        var lane = LaneDialogue(workers: 1, policy: DeliveryPolicy(whenUnavailable: .discard))
        lane.read([0, 0])
        for _ in 1...4 {
            #expect(lane.begin() == [1, 2])
            lane.fail(.retryable(reason: "down"))
            lane.now = lane.now.advanced(by: .milliseconds(8001))
        }
        lane.now = lane.now.advanced(by: .milliseconds(-8001))
        guard case .acknowledge(2, let letters) = lane.next() else { return #expect(Bool(false), "let go") }
        #expect(letters.isEmpty)
        let reports = lane.progress.acknowledged(at: lane.now)
        let gap = Gap(from: 1, through: 2, dropped: 2, reason: "its destination was unavailable: down")
        #expect(reports == [.dropped(gap)])
        lane.read([0, 0, 0])
        lane.acknowledge()
        #expect(lane.progress.cursor == 5, "before the next probe nothing is tried")
        #expect(lane.progress.counters.discarded == 5)
        lane.now = lane.now.advanced(by: .milliseconds(8001))
        lane.read([0])
        #expect(lane.begin() == [6], "a later entry probes")
        lane.fail(.retryable(reason: "still down"))
        lane.acknowledge()
        #expect(lane.progress.cursor == 6, "one probe is enough")
        lane.now = lane.now.advanced(by: .seconds(61))
        lane.read([0])
        #expect(lane.begin() == [7])
        lane.finish()
        #expect(lane.progress.outage.attempts == 0)
        #expect(lane.progress.counters.dropped == 6)
        #expect(lane.progress.counters.delivered == 1)
    }

    @Test("entries older than they are worth are counted and skipped, when they are read and before each attempt")
    func expired() {
        var lane = LaneDialogue(workers: 1, policy: DeliveryPolicy(expires: .seconds(60)))
        lane.read([0, 0], age: .seconds(61))
        lane.acknowledge()
        #expect(lane.progress.counters.expired == 2)
        #expect(lane.progress.cursor == 2)
        lane.read([0], age: .seconds(59))
        #expect(lane.begin() == [3])
        lane.fail(.retryable(reason: "down"))
        lane.now = lane.now.advanced(by: .seconds(10))
        lane.acknowledge()
        #expect(lane.progress.counters.expired == 3)
        #expect(lane.progress.cursor == 3)
    }

    @Test("the entries of a guest are one worker's, in order, and a worker that hangs holds up no other guest")
    func lanes() {
        var lanes = LaneDialogue(workers: 2, batch: ReadLimit(entries: 4))
        lanes.read([0, 1, 0, 1])
        #expect(lanes.begin(0) == [1, 3])
        #expect(lanes.begin(1) == [2, 4])
        lanes.finish(1)
        #expect(lanes.progress.cursor == 0, "not over the first, which is under way")
        lanes.head = 6
        guard case .read(after: 4, _) = lanes.next(1) else { return #expect(Bool(false), "the other reads on") }
        let page = Page(
            entries: [5, 6].map { LaneDialogue.entry($0, guest: $0 == 5 ? "vm-1" : "vm-2") }, lowest: 1, head: 6)
        _ = lanes.progress.received(page, at: lanes.now, random: lanes.random)
        lanes.finish(0)
        #expect(lanes.progress.cursor == 4)
    }

    @Test("a dead letter is kept with the acknowledgement that passes it, not before: a crash makes no second one")
    func refusedAhead() {
        var lanes = LaneDialogue(workers: 2, batch: ReadLimit(entries: 1))
        lanes.read([0, 1, 0, 1])
        #expect(lanes.begin(0) == [1])
        #expect(lanes.begin(1) == [2])
        lanes.finish(1)
        #expect(lanes.begin(1) == [4])
        lanes.fail(.permanent(reason: "400"), 1)
        lanes.finish(0)
        #expect(lanes.progress.cursor == 2)
        #expect(lanes.refused.isEmpty)
        #expect(lanes.begin(0) == [3])
        lanes.finish(0)
        #expect(lanes.progress.cursor == 4)
        #expect(lanes.refused.map(\.sequence) == [4])
    }

    @Test("an acknowledgement the journal did not take is made again, with its dead letters")
    func acknowledgedAgain() {
        var lane = LaneDialogue(workers: 1)
        lane.read([0, 0])
        #expect(lane.begin() == [1, 2])
        lane.fail(.partial(rejected: [2: "400"]))
        guard case .acknowledge(2, let letters) = lane.next() else { return #expect(Bool(false), "it acknowledges") }
        _ = lane.progress.journalFailed(.unwritable("no space"), of: 0, at: lane.now, random: lane.random)
        guard case .rest = lane.next() else { return #expect(Bool(false), "it rests") }
        lane.now = lane.now.advanced(by: .seconds(2))
        lane.acknowledge()
        #expect(lane.refused == letters)
        #expect(lane.refused.map(\.sequence) == [2])
        #expect(lane.progress.cursor == 2)
    }

    @Test("a slow worker lets the others go on as far as the window, and no further")
    func window() {
        var lanes = LaneDialogue(workers: 2, batch: ReadLimit(entries: 1))
        lanes.read([0])
        #expect(lanes.begin(0) == [1])
        for _ in 0..<10 {
            lanes.head += 1
            guard case .read(let cursor, let limit) = lanes.next(1) else { break }
            #expect(limit.entries == 1)
            let entry = LaneDialogue.entry(cursor + 1, guest: "")
            _ = lanes.progress.received(
                Page(entries: [entry], lowest: 1, head: lanes.head), at: lanes.now, random: lanes.random)
            if entry.lane(of: 2) == 1 { break }
        }
        #expect(lanes.head <= 6, "two batches for each worker, and the one not read")
    }

    @Test("who has read, or has waited for the head, may hang at once: the others read in its place")
    func readerHangs() {
        var lanes = LaneDialogue(workers: 2)
        lanes.read([0])
        guard case .wait(1?, _) = lanes.next(1) else { return #expect(Bool(false), "the second waits for the head") }
        #expect(lanes.begin(0) == [1])
        _ = lanes.progress.woken(worker: 1, at: lanes.now)
        lanes.finish(0)
        guard case .wait(1?, _) = lanes.next(0) else { return #expect(Bool(false), "the first waits for the head") }
        lanes.head = 2
        guard case .wait(nil, _) = lanes.next(1) else { return #expect(Bool(false), "one waits for the head") }
        _ = lanes.progress.woken(worker: 0, at: lanes.now)
        guard case .read(after: 1, _) = lanes.next(1) else { return #expect(Bool(false), "the second reads") }
        let error = JournalError.unwritable("no space")
        _ = lanes.progress.journalFailed(error, of: 1, at: lanes.now, random: lanes.random)
        lanes.now = lanes.now.advanced(by: .seconds(2))
        guard case .read(after: 1, _) = lanes.next(0) else { return #expect(Bool(false), "the first reads") }
    }

    @Test("a suspended sink finishes what is under way, holds, and goes on where it was; stopped, it ends at once")
    func suspended() {
        var lane = LaneDialogue(workers: 1)
        lane.read([0, 0])
        #expect(lane.begin() == [1, 2])
        lane.progress.suspend(true)
        lane.finish()
        #expect(lane.progress.cursor == 2)
        lane.head = 4
        guard case .wait(nil, nil) = lane.next() else { return #expect(Bool(false), "it holds") }
        #expect(lane.progress.state == .suspended)
        lane.progress.suspend(false)
        guard case .read(after: 2, _) = lane.next() else { return #expect(Bool(false), "it goes on") }
        lane.progress.suspend(true)
        lane.progress.drain(to: 4)
        guard case .end = lane.next() else { return #expect(Bool(false), "it ends") }
    }
}
