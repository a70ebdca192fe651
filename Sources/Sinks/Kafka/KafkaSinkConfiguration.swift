#if Kafka
    package import AgentCore
    import EventModel

    /// What `collectors.json` says about a sink of kind `kafka`.
    package struct KafkaSinkConfiguration: Configurable, Hashable {
        /// Where the attributes of an event stand in a Kafka message.
        package enum Mode: String, CaseIterable, Sendable {
            /// All in the value, as CloudEvents JSON.
            case structured
            /// In headers, with the event's data alone in the value.
            case binary
        }

        /// How batches are compressed.
        package enum Compression: String, CaseIterable, Sendable {
            case none, gzip, snappy, lz4, zstd
        }

        /// The properties our promises hang on.
        static let reserved = [
            "acks", "request.required.acks", "enable.idempotence", "enable.gapless.guarantee", "max.in.flight",
            "max.in.flight.requests.per.connection", "retries", "message.send.max.retries", "message.timeout.ms",
            "delivery.timeout.ms", "message.max.bytes", "compression.codec", "compression.type", "transactional.id",
            "queue.buffering.max.messages", "queue.buffering.max.kbytes",
        ]

        package var connection: KafkaConnection
        package var topic: String
        package var mode: Mode
        package var compression: Compression
        package var timeout: Duration
        package var maxMessage: Int
        package var transactionalID: String?

        package init(
            connection: KafkaConnection, topic: String, mode: Mode = .structured, compression: Compression = .none,
            timeout: Duration = .seconds(30), maxMessage: Int = 1_000_000, transactionalID: String? = nil
        ) {
            (self.connection, self.topic, self.mode, self.compression) = (connection, topic, mode, compression)
            (self.timeout, self.maxMessage, self.transactionalID) = (timeout, maxMessage, transactionalID)
        }

        package init(from reader: inout ConfigurationReader) {
            connection = KafkaConnection(from: &reader, reserved: Self.reserved)
            topic = reader.required("topic", .kafkaTopic, "The topic events are written to; it must be there.")
            mode = reader.optional(
                "mode", .choice(), default: .structured,
                "structured: an event is the message's value; binary: its attributes are headers, its data the value.")
            compression = reader.optional(
                "compression", .choice(), default: .none, "How batches are compressed: none, gzip, snappy, lz4, zstd.")
            timeout = reader.optional(
                "timeout", .duration, default: .seconds(30), "How long one delivery waits for the brokers.")
            maxMessage = reader.optional(
                "maxMessage", .bytes, default: 1_000_000,
                "The largest message; the topic's max.message.bytes must allow it. What is larger is a dead letter.")
            transactionalID = reader.optional(
                "transactionalId", .string,
                "Write each delivery in a transaction, under this name, which no other sink anywhere may have.")
            if timeout < .milliseconds(100) || timeout > .seconds(600) {
                reader.problem("timeout: not between 100 ms and 10 minutes; write \"30s\"")
            }
            if !(1000...1_000_000_000).contains(maxMessage) {
                reader.problem("maxMessage: not between 1000 B and 1,000,000,000 B; write \"1MiB\"")
            }
        }
    }

    extension ConfigurationType where Value == String {
        /// The name of a topic, as Kafka allows it.
        static var kafkaTopic: Self {
            .text(
                expected: "a topic: letters, digits, \".\", \"_\" and \"-\", 249 at the most",
                schema: [.init("pattern", "^[A-Za-z0-9._-]{1,249}$")], placeholder: "events"
            ) { text in
                let isLegal = text.utf8.allSatisfy { byte in
                    switch byte {
                    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: true
                    default: false
                    }
                }
                return isLegal && (1...249).contains(text.utf8.count) && text != "." && text != ".." ? text : nil
            }
        }
    }
#endif
