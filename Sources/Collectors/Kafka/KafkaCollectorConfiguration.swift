#if Kafka
    package import AgentCore

    /// What `collectors.json` says about a collector of kind `kafka`.
    package struct KafkaCollectorConfiguration: Configurable {
        /// Where a partition is begun that nobody of the group has read.
        package enum Start: String, CaseIterable, Sendable {
            case beginning, now
        }

        /// The properties our promises hang on.
        static let reserved = [
            "group.id", "enable.auto.commit", "auto.commit.enable", "enable.auto.offset.store", "auto.offset.reset",
            "partition.assignment.strategy", "isolation.level", "enable.partition.eof", "queued.max.messages.kbytes",
        ]

        package var connection: KafkaConnection
        package var topics: [String]
        package var group: String
        package var start: Start
        package var maxEvent: Int
        package var timeout: Duration

        package init(
            connection: KafkaConnection, topics: [String], group: String = "guestwatch", start: Start = .beginning,
            maxEvent: Int = 4 << 20, timeout: Duration = .seconds(30)
        ) {
            (self.connection, self.topics, self.group, self.start) = (connection, topics, group, start)
            (self.maxEvent, self.timeout) = (maxEvent, timeout)
        }

        package init(from reader: inout ConfigurationReader) {
            connection = KafkaConnection(from: &reader, reserved: Self.reserved)
            topics = reader.required("topics", .list(of: .string), "The topics to read: [ \"guest-events\" ].")
            group = reader.optional(
                "group", .string, default: "guestwatch",
                "The consumer group: agents with the same one share the partitions.")
            start = reader.optional(
                "start", .choice(), default: .beginning,
                "Where a partition is begun that nobody of the group has read: beginning or now.")
            maxEvent = reader.optional(
                "maxEvent", .bytes, default: 4 << 20, "Of a larger message only the beginning is kept, as refused.")
            timeout = reader.optional(
                "timeout", .duration, default: .seconds(30),
                "How long brokers may take to answer before it is an error.")
            if topics.isEmpty { reader.problem("\"topics\" is empty: name one at least") }
            if timeout < .milliseconds(500) || timeout > .seconds(240) {
                reader.problem("timeout: not between 500 ms and 4 minutes; write \"30s\"")
            }
            if !(1024...(64 << 20)).contains(maxEvent) {
                reader.problem("maxEvent: not between 1 KiB and 64 MiB; write \"4MiB\"")
            }
        }
    }
#endif
