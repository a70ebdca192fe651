import AgentCore
import Platform

extension EventManager {
    /// Stops a sink and puts one that is made anew in its place, which goes on from the cursor: a new connection, new
    /// secrets. What is under delivery is finished, or is cancelled after `pollGrace` and delivered again; its counters
    /// begin anew. `make` throws what stands in the way; then the old one goes on.
    public func restart(
        sink name: String, as make: @Sendable () throws -> NamedSink
    ) async throws(DeliveryCommandError) {
        try await command("restart-sink", name) { () async throws(DeliveryCommandError) in
            guard phase == .running else { throw .notRunning }
            let old = try runner(of: name)
            guard changing.insert("sink/\(name)").inserted else { throw .busy(name) }
            defer { changing.remove("sink/\(name)") }
            let new: NamedSink
            do { new = try make() } catch { throw .notMade(name, reason: "\(error)") }
            let isSuspended = old.progress.withLock(\.isSuspended)
            await halt(old)
            let cursor = try await journalCall { journal throws(JournalError) in try await journal.cursor(of: name) }
            guard phase == .running, let place = sinkRunners.firstIndex(where: { $0 === old }) else {
                throw .notRunning
            }
            let runner = SinkRunner(new, cursor: cursor ?? 0, context: context, acknowledged: old.acknowledged)
            if isSuspended { runner.suspend(true) }
            sinkRunners[place] = runner
            sinks = sinks.map { $0.name == name ? new : $0 }
            runner.start()
        }
    }

    /// Returns when the sink has ended or is left behind.
    private func halt(_ runner: SinkRunner) async {
        runner.abandon()
        let (context, grace, deadline) = (context, settings.pollGrace, settings.stopDeadline)
        let enforcing = Task { @concurrent in
            do {
                try await context.clock.sleep(min(grace, deadline / 2))
                runner.cancel()
                try await context.clock.sleep(deadline / 2)
                if runner.task.giveUp() { runner.reporter.abandoned() }
            } catch {}
        }
        await runner.task.ended.wait(past: 0)
        await runner.task.stopped.wait(past: 0)
        enforcing.cancel()
        await enforcing.value
    }
}
