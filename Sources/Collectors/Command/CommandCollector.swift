package import AgentCore
import EventModel
import Platform

/// Runs a program of somebody else's making that writes events on its standard output, one JSON object a line.
///
/// The protocol is in `Docs/CommandCollector.md`. A poll returns what came, at the latest after `pollLimit`; what is
/// not polled stays in the pipe, and the program waits. The program lives until it ends, the collector is stopped, or
/// the agent dies.
package actor CommandCollector: Collector {
    package static let kind = "command"
    /// A poll without lines returns after this long.
    private static let pollLimit: Duration = .seconds(5)
    /// Taken from the pipe in one poll. In bytes.
    private static let batchBytes = 4 << 20
    /// How long a program that is asked to end has for it.
    private static let stopLimit: Duration = .seconds(2)
    /// sysexits.h: a person must act.
    private static let noPermission: Int32 = 77

    private let configuration: CommandConfiguration
    private let context: CollectorContext
    private let executor: ThreadExecutor
    private let readiness: Readiness
    private var reading: CommandReading
    private var run: CommandRun?
    /// What the last poll gave to be committed, or found committed.
    private var offered: Checkpoint?
    /// When the program is to be started again after it ended well.
    private var rests = false

    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    package init(_ configuration: CommandConfiguration, in context: CollectorContext) throws {
        (self.configuration, self.context) = (configuration, context)
        executor = ThreadExecutor(name: "command")
        readiness = try Readiness()
        reading = CommandReading(source: "command://\(context.host.name)/\(context.name)", collector: context.name)
    }

    package func poll(after checkpoint: Checkpoint?) async throws -> Batch {
        let readiness = readiness
        return try await withTaskCancellationHandler {
            if rests, let every = configuration.every {
                try await context.clock.sleep(every)
                rests = false
            }
            return try round(after: checkpoint)
        } onCancel: {
            readiness.wake()
        }
    }

    package func stop() async {
        end()
        executor.stop()
    }

    package func probe() async throws -> String {
        try start(after: nil)
        let deadline = ContinuousClock.now.advanced(by: .seconds(3))
        while let run, !Task.isCancelled {
            if let event = translate(try run.lines(upTo: 1)).first {
                return "\"\(configuration.command[0])\" runs and told \(event.type) first"
            }
            if let ending = try run.ending(), ending != .code(0) { throw failure(ending, of: run) }
            if try run.ending() != nil { return "\"\(configuration.command[0])\" ended without an event" }
            if ContinuousClock.now > deadline { break }
            _ = try readiness.wait(upTo: .milliseconds(100))
        }
        return "\"\(configuration.command[0])\" runs and has told nothing yet"
    }

    private func round(after checkpoint: Checkpoint?) throws -> Batch {
        if run == nil || checkpoint != offered { try start(after: checkpoint) }
        guard let run else { return Batch(events: [], checkpoint: nil) }
        var lines = try run.lines(upTo: Self.batchBytes)
        if lines.isEmpty, try run.ending() == nil {
            _ = try readiness.wait(upTo: Self.pollLimit)
            lines = try run.lines(upTo: Self.batchBytes)
        }
        let before = reading.checkpoint
        let events = translate(lines)
        let moved = reading.checkpoint != before ? reading.encoded() : nil
        offered = moved ?? offered
        guard lines.isEmpty, let ending = try run.ending() else { return Batch(events: events, checkpoint: moved) }
        end()
        guard ending == .code(0) else { throw failure(ending, of: run) }
        rests = configuration.every != nil
        return Batch(events: [], checkpoint: nil, isLast: configuration.every == nil)
    }

    private func translate(_ lines: [LineReader.Line]) -> [Event] {
        let now = context.clock.now()
        return lines.compactMap {
            reading.take($0.bytes, isCut: $0.isCut, limit: CommandRun.lineLimit, now: now)
        }
    }

    /// Starts the program, told to go on after the checkpoint.
    private func start(after checkpoint: Checkpoint?) throws {
        end()
        reading = try CommandReading(checkpoint, source: reading.source, collector: context.name)
        offered = checkpoint
        run = try CommandRun(
            ChildProgram.Command(
                configuration, name: context.name, host: context.host.name, checkpoint: reading.checkpoint),
            readiness: readiness)
    }

    private func end() {
        run?.stop(within: Self.stopLimit)
        run = nil
    }

    private func failure(_ ending: ChildProgram.Exit, of run: CommandRun) -> any Error {
        let reason = run.complaint.isEmpty ? "" : ": \(run.complaint)"
        let text = "\"\(configuration.command[0])\" ended with \(ending)\(reason)"
        return ending == .code(Self.noPermission) ? CollectorError.refused(text) : CommandEnded(description: text)
    }
}
