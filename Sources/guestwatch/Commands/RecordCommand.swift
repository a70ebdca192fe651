import AgentCore
import ArgumentParser
import EventModel
import HTTPClient
import Platform
import UnixSignals

/// `guestwatch record COLLECTOR --out FOLDER`: a live source becomes a fixture.
struct RecordCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "record", abstract: "Record a collector's session with its source as a fixture.",
        discussion: "Ends after --events or --seconds, or with Ctrl-C. Passwords, cookies and tickets are blanked.")

    @OptionGroup var options: ConfigurationOption

    @Argument(help: "The name of the collector in the configuration.")
    var collector: String

    @Option(help: "The folder to make; it must not exist yet.", completion: .directory)
    var out: String

    @Option(help: "End after this many events.")
    var events = 1000

    @Option(help: "End after this many seconds.")
    var seconds = 60

    func run() async throws {
        let file = try ConfigurationFile.loadOrExit(options.config)
        let names = file.configuration.collectors.map(\.name)
        guard let entry = file.configuration.collectors.first(where: { $0.name == collector }),
            let object = file.collectorObject(named: collector)
        else {
            let near = Spelling.nearest(to: collector, in: names).map { "; did you mean \"\($0)\"?" } ?? ""
            throw ExitStatus.configuration.exit("\(file.path) has no collector named \"\(collector)\"\(near)")
        }
        guard !File.exists(out) else {
            throw ExitStatus.usage.exit("\"\(out)\" exists; a recording makes its folder anew")
        }
        do {
            try File.makeFolder("\(out)/\(FixtureCase.inputName)", mode: 0o700)
            let configuration: JSONValue = ["collectors": [object]]
            try File.replace("\(out)/\(FixtureCase.configurationName)", with: JSONWriter.indented(configuration))
            let ids = try await record(entry)
            // What is expected comes from the recording itself: secrets are blanked there, in events too.
            let fixture = try FixtureCase(folder: out)
            let lines = try await fixture.lines()
            try fixture.update(lines.map(\.text))
            guard lines.map(\.id) == ids else {
                throw ExitStatus.failed.exit(
                    "\(out): played again it gives \(lines.count) events, live it gave \(ids.count)")
            }
        } catch let exit as ExitCode {
            throw exit
        } catch let error as CollectorError {
            throw ExitStatus.refused.exit("\(collector): \(error)")
        } catch {
            throw ExitStatus.unavailable.exit("\(collector): \(error)")
        }
    }

    /// Records, and gives the ids of the events.
    private func record(_ entry: CollectorEntry) async throws -> [String] {
        let input = "\(out)/\(FixtureCase.inputName)"
        let context = CollectorContext(
            name: entry.name, clock: .system, host: .system,
            transport: { try RecordingTransport(CurlTransport($0), folder: input, operation: SOAPOperation.name) },
            secrets: .system)
        let running = try entry.make(context)
        let recording = Recording(limit: events)
        let outcome = await ending(afterSeconds: seconds) { try await recording.fill(from: running) }
        await running.stop()
        if case .failure(let error) = outcome {
            if await recording.ids.isEmpty { throw error }
            StandardError.print("\(collector): ended early: \(error)")
        }
        try StandardOutput.print("\(out): \(await recording.ids.count) events")
        return await recording.ids
    }

    /// Runs `work` until it is done, the time is over, or a signal comes.
    private func ending(
        afterSeconds seconds: Int, _ work: @escaping @Sendable () async throws -> Void
    ) async -> Result<Void, any Error> {
        await withTaskGroup(of: Result<Void, any Error>?.self) { group in
            group.addTask {
                do { return .success(try await work()) } catch { return .failure(error) }
            }
            group.addTask {
                try? await AgentClock.system.sleep(.seconds(seconds))
                return nil
            }
            group.addTask {
                for await _ in await UnixSignalsSequence(trapping: .sigint, .sigterm) { break }
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first ?? .success(())
        }
    }
}

/// What was recorded so far.
private actor Recording {
    private let limit: Int
    private(set) var ids: [String] = []
    private var failures = 0

    init(limit: Int) {
        self.limit = limit
    }

    func fill(from collector: any Collector) async throws {
        var checkpoint: Checkpoint?
        var progress = ProgressLine()
        while ids.count < limit {
            guard let batch = try await poll(collector, after: checkpoint) else { continue }
            checkpoint = batch.checkpoint ?? checkpoint
            ids += batch.events.map(\.id)
            progress.show("\(ids.count) events")
            if batch.isLast { break }
        }
        progress.clear()
    }

    /// One poll; nil when it failed in a way that another may mend, as the agent's own runner would try.
    private func poll(_ collector: any Collector, after checkpoint: Checkpoint?) async throws -> Batch? {
        do {
            return try await collector.poll(after: checkpoint)
        } catch let error as CollectorError {
            throw error
        } catch {
            try Task.checkCancellation()
            failures += 1
            StandardError.print("attempt \(failures): \(error)")
            if failures == FixtureCase.failureLimit { throw error }
            try await AgentClock.system.sleep(.milliseconds(200))
            return nil
        }
    }
}
