import AgentCore
public import EventModel
import Platform

/// Sinks at run time. Each command changes one sink and is announced as events; while one is under way another about
/// the same sink is refused.
///
/// A cursor stays in the journal under its sink's name: whoever is registered under it goes on from there, nothing is
/// left out, and what was acknowledged does not come again. A delivery under way is waited for; only one that takes
/// longer than `stopDeadline` is cancelled, and its entries come again.
extension EventManager {
    /// When a sink acknowledged an entry. Nil where it has not yet, was made anew since, or has acknowledged a thousand
    /// times since; and where times are not measured.
    public func acknowledged(_ sequence: UInt64, by sink: String) -> Timestamp? {
        sinkRunners.first { $0.named.name == sink }?.acknowledgedAt(sequence)
    }

    /// Adds a sink and starts it: from its cursor, or, if it is new here, from the oldest entry held.
    public func register(_ sink: NamedSink) async throws(DeliveryCommandError) {
        try await change("register", sink.name) { () async throws(DeliveryCommandError) in
            guard !sinkRunners.contains(where: { $0.named.name == sink.name }) else { throw .nameTaken(sink.name) }
            // Sinks that keep up read what was just committed.
            if sinkRunners.isEmpty { _ = context.recent.join() }
            try await attach(sinkRunners.map(\.named.name) + [sink.name])
            let runner = try await newRunner(sink)
            sinkRunners.append(runner)
            runner.start()
        }
    }

    /// Stops a sink and removes it. Its cursor is kept, but holds nothing back any more.
    public func unregister(sink name: String) async throws(DeliveryCommandError) {
        try await change("unregister", name) { () async throws(DeliveryCommandError) in
            let runner = try self.runner(of: name)
            await halt(runner)
            sinkRunners.removeAll { $0 === runner }
            // Who waits for all sinks waits for this one no more.
            runner.acknowledged.advance(to: .max)
            try await attach(sinkRunners.map(\.named.name))
            context.room.advance()
        }
    }

    /// Stops the sink of that name and puts another in its place, which goes on from its cursor.
    public func replace(_ sink: NamedSink) async throws(DeliveryCommandError) {
        try await change("replace", sink.name) { () async throws(DeliveryCommandError) in
            try await put(sink, inPlaceOf: try runner(of: sink.name))
        }
    }

    /// Stops a sink and puts one that is made anew in its place: a new connection, new secrets. `make` throws what
    /// stands in the way; then the old one goes on.
    public func restart(
        sink name: String, as make: @Sendable () throws -> NamedSink
    ) async throws(DeliveryCommandError) {
        try await change("restart", name) { () async throws(DeliveryCommandError) in
            let old = try runner(of: name)
            let new: NamedSink
            do { new = try make() } catch { throw .notMade(name, reason: "\(error)") }
            try await put(new, inPlaceOf: old)
        }
    }

    private func put(_ sink: NamedSink, inPlaceOf old: SinkRunner) async throws(DeliveryCommandError) {
        let isSuspended = old.progress.withLock(\.isSuspended)
        await halt(old)
        let new = try await newRunner(sink, acknowledged: old.acknowledged)
        guard let place = sinkRunners.firstIndex(where: { $0 === old }) else { throw .stopping }
        sinkRunners[place] = new
        if isSuspended { new.suspend(true) }
        new.start()
    }

    private func change(
        _ command: String, _ name: String, _ body: () async throws(DeliveryCommandError) -> Void
    ) async throws(DeliveryCommandError) {
        if phase == .starting { await started.wait(past: 0) }
        try await context.announceCommand("\(command)-sink", [.init("sink", .string(name))]) {
            () async throws(DeliveryCommandError) in
            guard phase == .running else { throw .stopping }
            guard changingSinks.insert(name).inserted else { throw .busy(name) }
            defer { changingSinks.remove(name) }
            try await body()
        }
    }

    private func attach(_ names: [String]) async throws(DeliveryCommandError) {
        do throws(JournalError) { try await context.journal.attach(sinks: names) } catch { throw .journal(error) }
        guard phase == .running else { throw .stopping }
    }

    private func newRunner(
        _ sink: NamedSink, acknowledged: Watermark? = nil
    ) async throws(DeliveryCommandError) -> SinkRunner {
        let cursor: UInt64
        do throws(JournalError) {
            cursor = try await context.journal.cursor(of: sink.name) ?? 0
        } catch {
            throw .journal(error)
        }
        guard phase == .running else { throw .stopping }
        return SinkRunner(sink, cursor: cursor, acknowledged: acknowledged, context: context)
    }

    /// Lets a sink finish its delivery and acknowledge it; returns when it has ended or is left behind.
    private func halt(_ runner: SinkRunner) async {
        runner.finish()
        let (context, deadline) = (context, settings.stopDeadline)
        let enforcing = Task { @concurrent in
            do {
                try await context.clock.sleep(deadline / 2)
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
