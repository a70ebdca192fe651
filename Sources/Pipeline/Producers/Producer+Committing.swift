import AgentCore
import Logging
import Platform

/// The producer's two tasks: one hands events to the journal, the other waits for the sinks.
extension Producer {
    /// The marks as they were before a commit.
    private struct Wait {
        var room: UInt64
        var ended: UInt64
    }

    /// The most one commit is handed: as much as a page has.
    private static let commitLimit = ReadLimit()

    /// Starts the tasks; returns at once.
    func start() {
        let committing = Task { @concurrent in await self.commitAll() }
        let acknowledging = Task { @concurrent in await self.acknowledgeAll() }
        tasks.withLock { $0 = [committing, acknowledging] }
    }

    /// The time is up: what the journal does not have is dropped.
    func abandon() {
        end { $0.queue.fail("the pipeline stops") }
        tasks.withLock(\.self).first?.cancel()
        committed.advance(to: 1)
    }

    /// Nothing more will be acknowledged: the sinks have ended. Returns when the tasks have.
    func end() async {
        abandon()
        let tasks = tasks.withLock(\.self)
        // The sinks' last acknowledgements are there by now; the task only has to count them.
        for task in tasks { task.cancel() }
        for task in tasks { await task.value }
        settled.advance(to: 1)
    }

    private func commitAll() async {
        while true {
            // Read before the commit that may find the journal full: room made since then is not missed.
            let (seen, wait) = (published.value, Wait(room: context.room.value, ended: ended.value))
            let batch = state.withLock { $0.queue.handOver(Self.commitLimit) }
            if batch.isEmpty {
                if state.withLock({ $0.queue.isCommitted }) { break }
                await published.wait(past: seen)
            } else {
                await commit(batch, wait)
            }
        }
        committed.advance(to: 1)
        spanned.advance()
        settle()
    }

    private func commit(_ batch: [EncodedEvent], _ wait: Wait) async {
        let context = context
        do throws(JournalError) {
            let commit = try await context.commit(batch, checkpoint: nil, of: "producer/\(settings.name)")
            let now = context.clock.now()
            let (count, admitted) = state.withLock { state in
                _ = state.outage.ended(at: now)
                let count = state.queue.committed(commit, head: context.head.value)
                return (count, state.queue.admit())
            }
            answer(admitted.map { ($0.ticket, .success($0.number)) })
            acknowledge(count)
            spanned.advance()
        } catch {
            await commitFailed(error, wait)
        }
    }

    private func commitFailed(_ error: JournalError, _ wait: Wait) async {
        let context = context
        let now = context.clock.now()
        let (dropped, attempts) = state.withLock { state in
            _ = state.outage.failed("\(error)", at: now)
            return (state.queue.putBack(), state.outage.attempts)
        }
        for event in dropped { settings.onDropped(event) }
        if attempts == 1 {
            context.log.warning(
                "producer held", metadata: ["producer": "\(settings.name)", "reason": "\(error)"])
        }
        switch error {
        case .full, .notTracking:
            await pause(wait, atMost: nil)
        case .unwritable:
            await pause(wait, atMost: Backoff.delay(attempt: attempts, random: context.random))
        case .unusable, .closed:
            end { $0.queue.fail("\(error)") }
        }
    }

    /// Until the producer is ended, and so long; or, where nothing says how long, until the journal may have made room.
    private func pause(_ wait: Wait, atMost limit: Duration?) async {
        let (context, ended) = (context, ended)
        await withTaskGroup { group in
            group.addTask { await ended.wait(past: wait.ended) }
            group.addTask {
                if let limit {
                    try? await context.clock.sleep(limit)
                } else {
                    await context.room.wait(past: wait.room)
                }
            }
            await group.next()
            group.cancelAll()
        }
    }

    private func acknowledge(_ count: Int) {
        if count > 0 { settings.onAcknowledged(count) }
        settle()
    }

    private func acknowledgeAll() async {
        while !Task.isCancelled {
            let seen = spanned.value
            guard let mark = state.withLock({ $0.queue.nextMark }) else {
                if settled.value > 0 { return }
                await spanned.wait(past: seen)
                continue
            }
            for sink in sinks where mark > 0 { await sink.acknowledged.wait(past: mark - 1) }
            let least = sinks.map(\.acknowledged.value).min() ?? mark
            acknowledge(state.withLock { $0.queue.reached(least) })
        }
        // Cancelled at the end: what the sinks acknowledged last still counts.
        let least = sinks.map(\.acknowledged.value).min() ?? .max
        acknowledge(state.withLock { $0.queue.reached(least) })
    }
}
