#if Kafka
    import AgentCore
    import CRdkafka
    import EventModel

    // SAFETY: handles and lists are made and destroyed within one call; messages are copied before they are destroyed.

    extension KafkaMock {
        /// All messages of a topic, partition by partition, in the order of their offsets. The mock keeps 5 MiB of a
        /// partition: for more, read along with a `KafkaMockReader`.
        func messages(of topic: String, partitions: Int32 = 1) throws -> [Message] {
            let reader = try KafkaMockReader(self, topic: topic, partitions: partitions)
            try reader.readToEnd()
            return reader.messages.sorted { ($0.partition, $0.offset) < ($1.partition, $1.offset) }
        }

        /// The sequences of the events of a topic with one partition, in its order; read from the beginning of each
        /// value, because there may be many.
        func sequences(of topic: String) throws -> [UInt64] {
            try Self.sequences(try messages(of: topic))
        }

        static func sequences(_ messages: [Message]) throws -> [UInt64] {
            try messages.map { message in
                let digits = String(decoding: message.value.dropFirst(13).prefix(20), as: UTF8.self)
                guard message.value.starts(with: Array(#"{"sequence":""#.utf8)), let sequence = UInt64(digits),
                    message.value.suffix(2) == Array("}}".utf8)[...]
                else { throw Failed(reason: "half an event") }
                return sequence
            }
        }

        static func copy(_ message: UnsafeMutablePointer<rd_kafka_message_t>) -> Message {
            func bytes(_ start: UnsafeMutableRawPointer?, _ count: Int) -> [UInt8] {
                Array(UnsafeRawBufferPointer(start: start, count: count))
            }
            var headers: [String: String] = [:]
            var list: OpaquePointer?
            if rd_kafka_message_headers(message, &list) == RD_KAFKA_RESP_ERR_NO_ERROR {
                var index = 0
                var name: UnsafePointer<CChar>?
                var value: UnsafeRawPointer?
                var size = 0
                while rd_kafka_header_get_all(list, index, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR {
                    let bytes = UnsafeRawBufferPointer(start: value, count: size)
                    headers[name.map { String(cString: $0) } ?? ""] = String(decoding: bytes, as: UTF8.self)
                    index += 1
                }
            }
            let content = message.pointee
            return Message(
                partition: content.partition, offset: content.offset,
                key: String(decoding: bytes(content.key, content.key_len), as: UTF8.self),
                value: bytes(content.payload, content.len), headers: headers)
        }
    }
#endif
