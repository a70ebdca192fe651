import AgentCore
import Collectors
import EventModel
import HTTPClient
import Platform

/// A folder that is a test: `collectors.json` with one collector, `input/`, and `expected.jsonl`.
///
/// A collector that speaks HTTP is answered from the recording in `input/`; one that reads files finds them there by
/// its own configuration. Nothing waits: the case's clock jumps.
struct FixtureCase {
    static let configurationName = "collectors.json"
    static let inputName = "input"
    static let expectedName = "expected.jsonl"
    /// A collector that fails this often in a row gets nowhere.
    static let failureLimit = 10
    /// Expected events of one case are small enough to compare in memory. In bytes.
    static let expectedLimit = 256 << 20

    let folder: String
    let collector: CollectorEntry

    /// Reads the case's configuration. Throws when it is wrong, or names another number of collectors than one.
    init(folder: String) throws {
        let folder = folder.count > 1 && folder.hasSuffix("/") ? String(folder.dropLast()) : folder
        let file = try ConfigurationFile.load("\(folder)/\(Self.configurationName)")
        guard file.configuration.collectors.count == 1 else {
            throw CaseError(
                "\(file.path): a case has exactly one collector, not \(file.configuration.collectors.count)")
        }
        (self.folder, collector) = (folder, file.configuration.collectors[0])
    }

    /// The host of a case: its trees lie in the case's input.
    private static let hostName = "hv1"

    /// Runs the collector to the end of its input and gives its events, batch by batch.
    func run(_ deliver: ([Event]) throws -> Void) async throws {
        let input = try recording()
        let context = CollectorContext(
            name: collector.name, clock: .jumping(from: AgentClock.system.now()),
            host: HostView(name: Self.hostName, under: "\(folder)/\(Self.inputName)"),
            transport: { _ in
                guard let input else { throw CaseError("\(folder)/\(Self.inputName) holds no recording") }
                return input
            }, secrets: .blanked)
        let running = try collector.make(context)
        let ending: (any Error)?
        do {
            ending = try await drain(running, input, deliver)
        } catch {
            await running.stop()
            throw error
        }
        await running.stop()
        if let input, input.left > 0 {
            let reason = ending.map { ": \($0)" } ?? ""
            throw CaseError("\(folder): \(input.left) recorded exchanges were never asked for\(reason)")
        }
    }

    /// Runs to the end; gives each event as its id and its JSON line.
    func lines() async throws -> [(id: String, text: String)] {
        var lines: [(id: String, text: String)] = []
        try await run { events in
            lines += events.map { ($0.id, String(decoding: EventEncoder.encode($0), as: UTF8.self)) }
        }
        return lines
    }

    /// Polls to the end; gives the error that was the end of a recording.
    private func drain(_ running: any Collector, _ input: ReplayTransport?, _ deliver: ([Event]) throws -> Void)
        async throws -> (any Error)?
    {
        var checkpoint: Checkpoint?
        var failures = 0
        while true {
            let batch: Batch
            do {
                batch = try await running.poll(after: checkpoint)
            } catch {
                // The first request the recording does not have is where the recorded session ended.
                if let input, input.isExhausted { return error }
                failures += 1
                StandardError.print("\(folder): attempt \(failures): \(error)")
                if failures == Self.failureLimit { throw error }
                continue
            }
            failures = 0
            checkpoint = batch.checkpoint ?? checkpoint
            try deliver(batch.events)
            if batch.isLast { return nil }
        }
    }

    /// The recorded exchanges; nil where the input is something else, which the collector reads by its own
    /// configuration.
    private func recording() throws -> ReplayTransport? {
        let path = "\(folder)/\(Self.inputName)"
        let readsFiles = [ReplayCollector.kind, FileWatchCollector.kind].contains(collector.kind)
        let holdsFiles = File.exists("\(path)/events.jsonl") || readsFiles
        return holdsFiles ? nil : try ReplayTransport(folder: path, operation: SOAPOperation.name)
    }

    /// The lines of `expected.jsonl`, without empty ones.
    func expected() throws -> [String] {
        let bytes = try File.read("\(folder)/\(Self.expectedName)", limit: Self.expectedLimit)
        return bytes.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Writes `expected.jsonl`.
    func update(_ lines: [String]) throws {
        let text = lines.map { $0 + "\n" }.joined()
        try File.replace("\(folder)/\(Self.expectedName)", with: Array(text.utf8))
    }
}

/// What is wrong with a case.
struct CaseError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
