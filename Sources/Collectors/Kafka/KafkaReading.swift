#if Kafka
    import AgentCore
    import EventModel

    /// One membership in the group: what is ours, how far it was read, and what the batch under way holds.
    ///
    /// Partitions come and go only within `gather`, when all batches before are in the journal, and when the group is
    /// left. What the journal has then is told to the group before a partition is let go, and what was gathered
    /// of it since is forgotten. Whoever reads it next begins exactly there.
    final class KafkaReading: KafkaConsumer.Owner {
        /// A batch holds no more: events, and bytes of their messages.
        private static let (batchEvents, batchBytes) = (1000, 4 << 20)
        /// An empty batch is given after this many waits of this length.
        private static let (waits, waitMilliseconds): (Int, Int32) = (40, 250)

        private let configuration: KafkaCollectorConfiguration
        private let translator: KafkaTranslator
        private let now: () -> Timestamp
        /// As the last batch that was given has it.
        private(set) var places: KafkaPlaces
        /// As the journal is known to have it: all that the group may be told.
        private var journaled: KafkaPlaces
        /// As it will be when the batch under way is in the journal.
        private var ahead: KafkaPlaces
        /// What is ours, and what the group was last told of it.
        private var told: [KafkaPartition: Int64?] = [:]
        private var gathered: [(partition: KafkaPartition, event: Event)] = []
        private var notices: [(partition: KafkaPartition, event: Event)] = []
        private var trouble: KafkaTrouble?
        private var consumer: KafkaConsumer?

        init(
            _ configuration: KafkaCollectorConfiguration, translator: KafkaTranslator, places: KafkaPlaces,
            now: @escaping () -> Timestamp
        ) {
            (self.configuration, self.translator, self.places, self.now) = (configuration, translator, places, now)
            (journaled, ahead) = (places, places)
        }

        /// Joins the group.
        func join(_ settings: [KafkaConnection.Setting]) throws(KafkaTrouble) {
            consumer = try KafkaConsumer(
                settings, topics: configuration.topics, maxEvent: configuration.maxEvent, owner: self)
        }

        /// Leaves the group.
        func leave() {
            consumer?.close()
            consumer = nil
        }

        /// The last batch is in the journal: the group may be told.
        func committed() {
            journaled = places
            let news = told.keys.reduce(into: [KafkaPartition: Int64]()) { news, partition in
                guard let place = journaled.next[partition], told[partition] != .some(place) else { return }
                news[partition] = place
            }
            consumer?.tell(news, waits: false)
            for (partition, place) in news { told[partition] = .some(place) }
        }

        /// The next batch. Waits for a message, but ends in time with an empty batch.
        func gather() throws(KafkaTrouble) -> Batch {
            guard let consumer else { throw KafkaTrouble("not in the group", endsConsumer: true) }
            (gathered, ahead) = ([], places)
            var (bytes, idle) = (0, 0)
            while gathered.count < Self.batchEvents, bytes < Self.batchBytes, idle < Self.waits {
                let turn = consumer.next(milliseconds: gathered.isEmpty && notices.isEmpty ? Self.waitMilliseconds : 0)
                if let trouble { throw trouble }
                switch turn {
                case .message(let message):
                    // Of a partition that was taken from us while it was on its way here.
                    guard told.keys.contains(message.partition) else { continue }
                    gathered.append((message.partition, translator.event(of: message)))
                    ahead.next[message.partition] = min(message.offset, .max - 1) + 1
                    bytes += message.value.count
                case .trouble(let trouble):
                    if gathered.isEmpty || trouble.endsConsumer { throw trouble }
                    return finish()
                case .nothing:
                    if !gathered.isEmpty || !notices.isEmpty || ahead != places || Task.isCancelled { return finish() }
                    idle += 1
                }
            }
            return finish()
        }

        private func finish() -> Batch {
            let isNews = ahead != places
            places = ahead
            defer { (gathered, notices) = ([], []) }
            return Batch(
                events: (notices + gathered).map(\.event), checkpoint: isNews ? places.checkpoint : nil)
        }

        func given(_ partitions: [KafkaPartition], by consumer: KafkaConsumer) -> [KafkaPartition: Int64]? {
            let limit = Int32(clamping: configuration.timeout.components.seconds * 1000)
            do {
                let group = try consumer.groupPlaces(of: partitions, milliseconds: limit)
                var offsets: [KafkaPartition: Int64] = [:]
                for partition in partitions {
                    let held = try consumer.held(partition, milliseconds: limit)
                    let start = places.start(
                        of: partition, group: group[partition], held: held, without: configuration.start)
                    offsets[partition] = start.offset
                    if let event = translator.gap(start, of: partition, at: now()) {
                        notices.append((partition, event))
                    }
                }
                for (partition, offset) in offsets {
                    ahead.next[partition] = offset
                    told[partition] = .some(group[partition])
                }
                return offsets
            } catch {
                trouble = KafkaTrouble(error.description, isRefusal: error.isRefusal, endsConsumer: true)
                return nil
            }
        }

        func taken(isLost: Bool, from consumer: KafkaConsumer) {
            if !isLost {
                let ours = journaled.next.filter { told.keys.contains($0.key) }
                consumer.tell(ours, waits: true)
            }
            gathered.removeAll { told.keys.contains($0.partition) }
            notices.removeAll { told.keys.contains($0.partition) }
            for partition in told.keys { ahead.next[partition] = places.next[partition] }
            told = [:]
        }
    }
#endif
