#if Kafka
    import AgentCore
    import EventModel

    @testable import Collectors

    /// A hub, as far as these tests need one: a runner that polls, and a journal that has each batch with its
    /// checkpoint.
    actor Hub {
        private(set) var ids: [String] = []
        private var checkpoint: Checkpoint?
        private let collector: KafkaCollector
        private var task: Task<Void, any Error>?

        init(_ collector: KafkaCollector) {
            self.collector = collector
        }

        /// Whether partitions were given to it, and the journal knows where they begin.
        var isGiven: Bool { checkpoint.map { $0.bytes.contains(UInt8(ascii: "[")) } ?? false }

        func start() {
            task = Task { try await run() }
        }

        /// Ends when nothing more comes, and the group knows of all that came.
        func stop() async throws {
            task?.cancel()
            try await task?.value
            await collector.stop()
        }

        private func run() async throws {
            while true {
                let batch = try await collector.poll(after: checkpoint)
                ids += batch.events.map(\.id)
                if let next = batch.checkpoint { checkpoint = next }
                if Task.isCancelled, batch.events.isEmpty { return }
            }
        }
    }
#endif
