#if Kafka
    package import AgentCore
    import EventModel
    import Platform

    /// Reads the events that other agents, or anybody, wrote to Kafka as CloudEvents.
    ///
    /// The checkpoint holds the offset to read next of each partition, and is committed with the events: each agent's
    /// journal has every event once, however often it is killed. Agents of one group share the partitions. The group's
    /// own offsets in Kafka are told only what a journal has, after it has it; a partition that comes to an agent is
    /// begun at the farther of its checkpoint and the group's offset. So no event is ever missing in the journals of
    /// the group, and none is in two of them, but for the last batch of an agent that was killed, cut off or stopped
    /// before it had told the group, or whose telling the brokers refused: that batch is read again, under the same
    /// ids. (Kafka takes what is told while partitions move, until all members have let go of theirs.)
    ///
    /// What is no event becomes one: see `KafkaTranslator`. What Kafka let go before it was read is told as
    /// `agent.collector-gap`. A poll ends within ten seconds, and brokers' answers; blocking work has its own thread.
    package actor KafkaCollector: Collector {
        package static let kind = "kafka"
        /// The library's own buffer of what it read ahead. In KiB.
        private static let bufferKilobytes = 16 << 10

        private let configuration: KafkaCollectorConfiguration
        private let context: CollectorContext
        private nonisolated let executor: ThreadExecutor
        private var reading: KafkaReading?

        package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

        package init(_ configuration: KafkaCollectorConfiguration, in context: CollectorContext) throws {
            (self.configuration, self.context) = (configuration, context)
            executor = ThreadExecutor(name: "read-\(context.name)")
        }

        deinit {
            executor.stop()
        }

        package func poll(after checkpoint: Checkpoint?) throws -> Batch {
            let places = try checkpoint.map { try KafkaPlaces($0) } ?? KafkaPlaces()
            do {
                let reading = try reading(at: places)
                reading.committed()
                return try reading.gather()
            } catch let trouble as KafkaTrouble {
                if trouble.endsConsumer { end() }
                throw trouble.error
            }
        }

        package func stop() {
            end()
            executor.stop()
        }

        package func probe() throws -> String {
            do {
                let consumer = try KafkaConsumer(settings(), topics: [], maxEvent: 1, owner: nil)
                defer { consumer.close() }
                let limit = Int32(clamping: configuration.timeout.components.seconds * 1000)
                let found = try configuration.topics.map { topic in
                    let count = try consumer.partitions(of: topic, milliseconds: limit)
                    return count.map { "\"\(topic)\" has \($0) partitions" } ?? "there is no topic \"\(topic)\""
                }
                return found.joined(separator: "; ")
            } catch let trouble as KafkaTrouble {
                throw trouble.error
            }
        }

        /// The membership there is; a new one, when it does not stand where the journal does.
        private func reading(at places: KafkaPlaces) throws -> KafkaReading {
            if let reading, reading.places == places { return reading }
            end()
            let clock = context.clock
            let reading = KafkaReading(
                configuration, translator: KafkaTranslator(source: "kafka://\(context.name)"), places: places,
                now: { clock.now() })
            try reading.join(try settings())
            self.reading = reading
            return reading
        }

        private func end() {
            reading?.leave()
            reading = nil
        }

        private func settings() throws -> [KafkaConnection.Setting] {
            let settings = [
                KafkaConnection.Setting("client.id", "guestwatch"), .init("group.id", configuration.group),
                .init("enable.auto.commit", "false"), .init("enable.auto.offset.store", "false"),
                // A place Kafka does not hold is decided on by us, and told.
                .init("auto.offset.reset", "error"), .init("isolation.level", "read_committed"),
                .init("partition.assignment.strategy", "range,roundrobin"),
                .init("queued.max.messages.kbytes", "\(Self.bufferKilobytes)"),
                .init("reconnect.backoff.max.ms", "1000"),
            ]
            return try settings + configuration.connection.settings(context.secrets)
        }
    }
#endif
