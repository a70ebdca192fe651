import AgentCore
import EventModel

/// A collector of this program: tells what its scheduler did, three nodes and a request.
actor SchedulerCollector: Collector {
    struct Configuration: Configurable {
        var source: String

        init(source: String) { self.source = source }

        init(from reader: inout ConfigurationReader) {
            source = reader.optional("source", .string, default: "scheduler://one", "Names the scheduler.")
        }
    }

    static let kind = "scheduler"
    private let configuration: Configuration
    private let clock: AgentClock

    init(_ configuration: Configuration, clock: AgentClock) {
        (self.configuration, self.clock) = (configuration, clock)
    }

    init(_ configuration: Configuration, in context: CollectorContext) throws {
        self.init(configuration, clock: context.clock)
    }

    func poll(after checkpoint: Checkpoint?) async throws -> Batch {
        let records: [SchedulerRecord] = [
            .nodeAdded("node-1", capacity: ["memory": 1024, "vcore": 100]), .nodeAdded("node-2", capacity: [:]),
            .nodeSchedulableChanged("node-2", isSchedulable: false),
            .predicateFailed(for: "ask-1", of: "app-1", reasons: ["node is full": 2], resource: ["memory": 4096]),
            .predicateFailed(for: "ask-1", of: "app-1", reasons: ["node is full": 2], resource: ["memory": 4096]),
        ]
        let now = clock.now()
        let events = records.enumerated().map { number, record in
            record.event(id: "\(number)", source: configuration.source, at: now)
        }
        return Batch(events: events, checkpoint: Checkpoint(version: 1, bytes: [1]), isLast: true)
    }

    func probe() async throws -> String { "the scheduler of this program" }
}
