#if Kafka
    import AgentCore
    import EventModel

    /// A partition of a topic.
    struct KafkaPartition: Hashable, Comparable {
        var topic: String
        var number: Int32

        static func < (left: Self, right: Self) -> Bool {
            (left.topic, left.number) < (right.topic, right.number)
        }
    }

    /// How far each partition was read: the offset to read next. The collector's checkpoint.
    ///
    /// Partitions that other agents of the group read now stay in it as they were left: see `start(of:…)`.
    struct KafkaPlaces: Equatable {
        private static let version = 1

        var next: [KafkaPartition: Int64] = [:]

        init() {}

        init(_ checkpoint: Checkpoint) throws(CollectorError) {
            let refusal = CollectorError.unusableCheckpoint(
                "the checkpoint of the kafka collector cannot be read: it was written by another version, or is damaged"
            )
            guard checkpoint.version == Self.version,
                let topics = try? JSONDocument(checkpoint.bytes).root.value["topics"]?.members
            else { throw refusal }
            for topic in topics {
                guard let pairs = topic.value.array else { throw refusal }
                for pair in pairs {
                    guard let numbers = pair.array, numbers.count == 2, let offset = numbers[1].integer, offset >= 0,
                        let number = numbers[0].integer.flatMap({ Int32(exactly: $0) }), number >= 0
                    else { throw refusal }
                    next[KafkaPartition(topic: topic.name, number: number)] = offset
                }
            }
        }

        /// As a checkpoint.
        var checkpoint: Checkpoint {
            var topics: [JSONValue.Member] = []
            for (partition, offset) in next.sorted(by: { $0.key < $1.key }) {
                let pair = JSONValue.array([.number("\(partition.number)"), .number("\(offset)")])
                if topics.last?.name == partition.topic, case .array(let pairs) = topics[topics.count - 1].value {
                    topics[topics.count - 1].value = .array(pairs + [pair])
                } else {
                    topics.append(.init(partition.topic, .array([pair])))
                }
            }
            return Checkpoint(version: Self.version, bytes: Array(JSONText(["topics": .object(topics)]).bytes))
        }

        /// Where a partition that was given to us is begun.
        struct Start: Equatable {
            var offset: Int64
            /// What Kafka let go before anybody of the group had read it.
            var lost: Range<Int64>?
            /// The place we had is beyond the partition's end: the topic was made anew.
            var isAnew = false
        }

        /// Decides where a partition is begun.
        ///
        /// Both our own place and the group's say that everything before is in the journal of some agent of the group:
        /// the group's is only told what a journal has. So the farther one holds: ours, after a crash before the group
        /// was told; the group's, where another agent has read on meanwhile.
        func start(
            of partition: KafkaPartition, group: Int64?, held: Range<Int64>,
            without start: KafkaCollectorConfiguration.Start
        ) -> Start {
            let known = [next[partition], group].compactMap { $0 }.max()
            guard let known else {
                return Start(offset: start == .beginning ? held.lowerBound : held.upperBound)
            }
            if known < held.lowerBound { return Start(offset: held.lowerBound, lost: known..<held.lowerBound) }
            if known > held.upperBound { return Start(offset: held.lowerBound, isAnew: true) }
            return Start(offset: known)
        }
    }
#endif
