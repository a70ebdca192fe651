package import AgentCore
import EventModel
import Platform

/// Reads what `lxc-monitor -n '.*'` says about the containers of LXC.
///
/// LXC keeps nothing: what happens while nobody listens is told by the `containers` collector alone. When the monitor
/// ends the poll fails, and the next one starts another. A poll returns what came, at the latest after `pollLimit`.
package actor LXCMonitorCollector: Collector {
    package static let kind = "lxc-monitor"
    private static let pollLimit: Duration = .seconds(5)
    private static let batchBytes = 1 << 20
    private static let stopLimit: Duration = .seconds(1)
    private static let runtime = "lxc"

    private let configuration: LXCMonitorConfiguration
    private let context: CollectorContext
    private let executor: ThreadExecutor
    private let readiness: Readiness
    private let guests: HostGuests
    private var reading: LXCMonitorReading
    private var recent = RecentTellings()
    private var run: CommandRun?

    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    package init(_ configuration: LXCMonitorConfiguration, in context: CollectorContext) throws {
        (self.configuration, self.context) = (configuration, context)
        executor = ThreadExecutor(name: "lxc-monitor")
        readiness = try Readiness()
        guests = HostGuests.shared(in: context)
        reading = LXCMonitorReading(host: context.host.name)
    }

    package func poll(after checkpoint: Checkpoint?) async throws -> Batch {
        let readiness = readiness
        return try await withTaskCancellationHandler {
            try round()
        } onCancel: {
            readiness.wake()
        }
    }

    package func stop() async {
        end()
        executor.stop()
    }

    package func probe() async throws -> String {
        try start()
        _ = try readiness.wait(upTo: .milliseconds(300))
        if let run, let ending = try run.ending() { throw failure(ending, of: run) }
        return "\(configuration.program) watches \"\(path)\""
    }

    private var path: String { configuration.path ?? "\(context.host.state)/lxc" }

    private func round() throws -> Batch {
        if run == nil { try start() }
        guard let run else { return Batch(events: [], checkpoint: nil) }
        var lines = try run.lines(upTo: Self.batchBytes)
        if lines.isEmpty, try run.ending() == nil {
            _ = try readiness.wait(upTo: Self.pollLimit)
            lines = try run.lines(upTo: Self.batchBytes)
        }
        guard lines.isEmpty, let ending = try run.ending() else {
            return Batch(events: lines.flatMap { events(of: $0) }, checkpoint: nil)
        }
        end()
        throw failure(ending, of: run)
    }

    private func events(of line: LineReader.Line) -> [Event] {
        let now = context.clock.now()
        do throws(EventDecodingError) {
            if line.isCut { throw EventDecodingError("longer than \(CommandRun.lineLimit) bytes") }
            guard let happening = reading.take(try LXCMonitorLine.decode(line.bytes), at: now) else { return [] }
            return EngineJoining(guests: guests).events(of: happening, noting: &recent)
        } catch {
            return [
                RefusedLine.event(
                    line.bytes, problem: error.description, source: reading.source, collector: context.name, at: now)
            ]
        }
    }

    private func start() throws {
        let command = CommandConfiguration(command: [configuration.program, "-P", path, "-n", ".*"])
        run = try CommandRun(
            ChildProgram.Command(command, name: context.name, host: context.host.name, checkpoint: nil),
            readiness: readiness)
        guests.attach(Self.runtime)
    }

    private func end() {
        guard let run else { return }
        guests.detach(Self.runtime)
        run.stop(within: Self.stopLimit)
        self.run = nil
    }

    private func failure(_ ending: ChildProgram.Exit, of run: CommandRun) -> CommandEnded {
        let reason = run.complaint.isEmpty ? "" : ": \(run.complaint)"
        return CommandEnded(description: "\"\(configuration.program)\" ended with \(ending)\(reason)")
    }
}
