import AgentCore
import AgentTestKit
import EventModel
import Pipeline

extension Life {
    /// One action of a collector's runner.
    mutating func stepCollector(_ index: Int) throws -> Progress {
        if collectors[index].isHanging { return .waits }
        if let held = collectors[index].heldAt, room == held { return .waits }
        collectors[index].heldAt = nil
        if !isHealed, chance.happens(1) { _ = collectors[index].progress.suspend() }
        switch collectors[index].progress.next() {
        case .poll(let checkpoint):
            return try poll(index, after: checkpoint)
        case .commit(let batch):
            collectors[index].roomBefore = room
            try commit(index, batch)
        case .rest(let delay):
            let longest = max(Backoff.lastCeiling, Backoff.afterRefusal)
            if delay > longest { throw Violation(.bounded, "a collector rests for \(delay)") }
            now = now.advanced(by: delay)
            if isHealed, !hasMore(index) { return .waits }
        case .hold:
            seen.insert(.held)
            collectors[index].heldAt = collectors[index].roomBefore
        case .pause:
            _ = collectors[index].progress.resume()
        case .end:
            return .ended
        }
        return .moved
    }

    private func hasMore(_ index: Int) -> Bool {
        position(collectors[index].progress.checkpoint) < collectors[index].available
            || collectors[index].progress.state == .committing
    }

    private mutating func poll(_ index: Int, after checkpoint: Checkpoint?) throws -> Progress {
        if collectors[index].plan.hangs, chance.happens(30) || isHealed {
            seen.insert(.collectorHung)
            collectors[index].isHanging = true
            return .waits
        }
        try mayCrash()
        if fault(.pollFailed) {
            let errors: [any Error] = [CollectorError.refused("the password"), Crash(), JournalError.closed]
            let report = collectors[index].progress.pollFailed(chance.pick(errors), at: now, random: random)
            tell(report, .collector, collectors[index].plan.name)
            return .moved
        }
        let batch = read(index, after: position(checkpoint))
        try mayCrash()
        tell(collectors[index].progress.polled(batch, at: now), .collector, collectors[index].plan.name)
        return batch.events.isEmpty ? .waits : .moved
    }

    /// What the source gives: some of what happened since, and at the boundary some of what it gave before.
    private mutating func read(_ index: Int, after position: Int) -> EncodedBatch {
        let plan = collectors[index].plan
        let more = collectors[index].available + chance.draw(0...3)
        collectors[index].available = min(max(more, position), plan.events.count)
        let end = min(position + chance.draw(1...LifePlan.largestBatch), collectors[index].available)
        if end <= position { return EncodedBatch(events: [], checkpoint: Self.checkpoint(at: position)) }
        let start = max(0, position - plan.overlap)
        return EncodedBatch(events: Array(plan.events[start..<end]), checkpoint: Self.checkpoint(at: end))
    }

    private mutating func commit(_ index: Int, _ batch: EncodedBatch) throws {
        let name = collectors[index].plan.name
        try mayCrash()
        let result = attempt(batch, of: name)
        try checkRetention()
        try mayCrash()
        switch result {
        case .success(let commit):
            for report in collectors[index].progress.committed(commit, at: now) { tell(report, .collector, name) }
        case .failure(let error) where bug == .failedCommitSkipsBatch && error != .full:
            _ = collectors[index].progress.committed(Commit(sequences: nil, repeated: 0), at: now)
        case .failure(let error):
            tell(collectors[index].progress.commitFailed(error, at: now, random: random), .collector, name)
        }
    }

    private mutating func attempt(_ batch: EncodedBatch, of name: String) -> Result<Commit, JournalError> {
        do throws(JournalError) {
            if fault(.unwritable) { throw .unwritable("no space left on device") }
            let commit = try history.commit(batch.events, checkpoint: batch.checkpoint, of: name)
            // The answer may be lost, where the journal still knows what it holds.
            if plan.policy.count == nil, fault(.lostCommit) { throw .unwritable("the answer was lost") }
            if commit.repeated > 0 { seen.insert(.repeatedEvent) }
            return .success(commit)
        } catch {
            return .failure(error)
        }
    }

    private static func checkpoint(at position: Int) -> Checkpoint {
        Checkpoint(version: 1, bytes: [UInt8(position)])
    }

    func position(_ checkpoint: Checkpoint?) -> Int {
        checkpoint?.bytes.first.map(Int.init) ?? 0
    }

    mutating func mayCrash() throws {
        if !isHealed, chance.happens(plan.crashChance) { throw Crash() }
    }

    mutating func fault(_ trouble: Hardship) -> Bool {
        guard !isHealed, chance.happens(plan.faultChance) else { return false }
        seen.insert(trouble)
        return true
    }

    /// As `Reporter` and `PipelineContext.announce` do it.
    mutating func tell(_ report: Report?, _ role: PluginRole, _ name: String) {
        guard let report, let event = AgentEvent(report, of: role, named: name) else { return }
        let encoded = EncodedEvent(event.event(source: "guestwatch://simulated", at: now))
        _ = try? history.commit([encoded], checkpoint: nil, of: "agent")
    }
}
