import AgentCore
import Logging

extension EventManager {
    /// Collectors finish their poll, their last batch and what producers have published is committed, sinks deliver up
    /// to the head, plugins let go of what they hold, the journal is closed.
    ///
    /// What is not done at the deadline is cancelled and left; nothing is lost by it: what was not committed is read
    /// again, and what was not acknowledged is delivered again after the next start. Collectors have half of the time,
    /// so that one that hangs leaves the sinks the other half. Only closing the journal takes as long as it takes. A
    /// second call waits for the first.
    public func stop(within deadline: Duration? = nil) async {
        if phase == .starting { await started.wait(past: 0) }
        guard phase != .stopping, phase != .stopped else { return await stopped.wait(past: 0) }
        let hasRun = phase == .running
        phase = .stopping
        let enforcing = enforce(deadline ?? settings.stopDeadline)
        await windDown(hasRun: hasRun)
        enforcing.cancel()
        await enforcing.value
        await close()
        phase = .stopped
        stopped.advance(to: 1)
    }

    /// The order of things; each wait ends at the latest when `enforce` gives the plugin up.
    private func windDown(hasRun: Bool) async {
        trimming?.cancel()
        for runner in collectorRunners { runner.finish() }
        for producer in producers { producer.close() }
        for runner in collectorRunners where runner.hasBegun { await runner.task.ended.wait(past: 0) }
        for producer in producers { await producer.committed.wait(past: 0) }
        // The last event there is: nobody commits any more.
        if hasRun { await context.announceLast(.stopped) }
        let head = context.head.value
        for runner in sinkRunners { runner.drain(to: head) }
        for runner in sinkRunners { await runner.task.ended.wait(past: 0) }
        for producer in producers { await producer.end() }
        for runner in collectorRunners where runner.hasBegun { await runner.task.stopped.wait(past: 0) }
        for runner in sinkRunners { await runner.task.stopped.wait(past: 0) }
        await trimming?.value
        await stopReaders()
    }

    /// Cancels, and at the end leaves behind, what does not end by itself.
    private func enforce(_ deadline: Duration) -> Task<Void, Never> {
        let (collectors, sinks) = (collectorRunners.filter(\.hasBegun), sinkRunners)
        let (producers, context, subscribers) = (producers, context, subscribers)
        let grace = min(settings.pollGrace, deadline / 4)
        // What honours cancellation is done within milliseconds of it; a second is for a slow disk.
        let windUp = min(deadline / 5, .seconds(1))
        return Task { @concurrent in
            do {
                try await context.clock.sleep(grace)
                for runner in collectors { runner.cancel() }
                try await context.clock.sleep(deadline / 2 - grace)
                for runner in collectors { runner.giveUpLoop() }
                for producer in producers { producer.abandon() }
                try await context.clock.sleep(deadline / 2 - windUp)
                for runner in sinks { runner.cancel() }
                subscribers.abandon()
                try await context.clock.sleep(windUp)
                for runner in collectors where runner.task.giveUp() { runner.reporter.abandoned() }
                for runner in sinks where runner.task.giveUp() { runner.reporter.abandoned() }
            } catch {}
        }
    }

    private func close() async {
        do throws(JournalError) {
            try await context.journal.close()
            context.log.notice("stopped")
        } catch {
            context.log.error("journal not closed cleanly", metadata: ["reason": "\(error)"])
        }
    }
}
