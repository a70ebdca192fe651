import AgentCore
import EventModel
import HTTPClient
import Platform

/// Events of a fixture with a recorded SOAP session: the real collector, answered from the recording, without waiting.
actor RecordedSession: RecordedEvents {
    /// No fixture's configuration is larger. In bytes.
    private static let configurationLimit = 1 << 20
    /// A recorded fault may fail a poll; so many in a row lead nowhere.
    private static let failureLimit = 10

    private let collector: VSphereEventsCollector
    private let recording: ReplayTransport
    private var checkpoint: Checkpoint?
    private var events: ArraySlice<Event> = []

    init(folder: String, context: CollectorContext) throws {
        let recording = try ReplayTransport(folder: "\(folder)/input") { $0.url }
        self.recording = recording
        var context = context
        context.clock = .jumping(from: context.clock.now())
        context.transport = { _ in recording }
        context.secrets = SecretStore { _ throws(SecretError) in "blanked" }
        collector = try VSphereEventsCollector(try Self.configuration(of: folder), in: context)
    }

    func next() async throws -> Event? {
        var failures = 0
        while events.isEmpty {
            do {
                let batch = try await collector.poll(after: checkpoint)
                checkpoint = batch.checkpoint ?? checkpoint
                events = batch.events[...]
                failures = 0
            } catch {
                // The first request without an answer is where the recorded session ended.
                if recording.isExhausted { return nil }
                failures += 1
                if failures == Self.failureLimit { throw error }
            }
        }
        return events.popFirst()
    }

    func close() async {
        await collector.stop()
    }

    private static func configuration(of folder: String) throws -> VSphereEventsConfiguration {
        let path = "\(folder)/collectors.json"
        let document = try JSONDocument(try File.read(path, limit: configurationLimit), comments: true)
        guard case .object(let members, _) = document.root,
            case .array(let collectors, _)? = members.first(where: { $0.name == "collectors" })?.node,
            collectors.count == 1, case .object(let own, _) = collectors[0],
            own.first(where: { $0.name == "kind" })?.node.value.string == VSphereEventsCollector.kind
        else { throw CollectorError.refused("\"\(path)\" has not exactly one collector, of kind \"vsphere-events\"") }
        var reader = ConfigurationReader(
            members: own.filter { $0.name != "name" && $0.name != "kind" }, path: .init(), directory: folder)
        let configuration = VSphereEventsConfiguration(from: &reader)
        if let problem = reader.finish().first {
            throw CollectorError.refused("\(path): \(problem.path.text): \(problem.text)")
        }
        return configuration
    }
}
