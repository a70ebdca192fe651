#if Kafka
    import EventModel

    /// A message as it came.
    struct KafkaMessage: Equatable {
        var partition: KafkaPartition
        var offset: Int64
        /// By the broker or its writer, as the topic has it.
        var time: Timestamp
        var value: [UInt8]
        /// The value was longer than what is read of it.
        var isCut = false
        /// Names in lower case, as the CloudEvents binding has them.
        var headers: [Header] = []

        struct Header: Equatable {
            var name: String
            var value: String
        }

        /// The value of a header.
        func header(_ name: String) -> String? {
            headers.first { $0.name == name }?.value
        }
    }
#endif
