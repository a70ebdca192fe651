#if Kafka
    import CRdkafka

    // SAFETY: the handle is made in `init`, used by the one test that has the reader, and destroyed in deinit; lists
    // and messages are destroyed where they are got.

    /// Reads a topic from its beginning, outside of any group.
    final class KafkaMockReader {
        private(set) var messages: [KafkaMock.Message] = []
        private let consumer: OpaquePointer
        private let partitions: Int32
        private var ended: Set<Int32> = []

        init(_ mock: KafkaMock, topic: String, partitions: Int32 = 1) throws {
            self.partitions = partitions
            let configuration = rd_kafka_conf_new()
            var text = [CChar](repeating: 0, count: 256)
            for (name, value) in [
                ("bootstrap.servers", mock.brokers.joined(separator: ",")), ("group.id", "test-reader"),
                ("enable.partition.eof", "true"), ("enable.auto.commit", "false"), ("log_level", "0"),
                ("fetch.wait.max.ms", "10"), ("fetch.message.max.bytes", "50000000"), ("fetch.max.bytes", "60000000"),
                ("receive.message.max.bytes", "100000000"), ("reconnect.backoff.max.ms", "200"),
            ] {
                rd_kafka_conf_set(configuration, name, value, &text, text.count)
            }
            guard let consumer = rd_kafka_new(RD_KAFKA_CONSUMER, configuration, &text, text.count) else {
                throw KafkaMock.Failed(reason: "no consumer")
            }
            self.consumer = consumer
            rd_kafka_poll_set_consumer(consumer)
            let list = rd_kafka_topic_partition_list_new(partitions)
            for partition in 0..<partitions {
                rd_kafka_topic_partition_list_add(list, topic, partition).pointee.offset = 0
            }
            rd_kafka_assign(consumer, list)
            rd_kafka_topic_partition_list_destroy(list)
        }

        deinit {
            rd_kafka_destroy(consumer)
        }

        /// Reads until it has that many messages.
        func read(upTo count: Int) throws {
            var empty = 0
            while messages.count < count { try turn(&empty) }
        }

        /// Reads until there are no more.
        func readToEnd() throws {
            var empty = 0
            ended = []
            while ended.count < partitions { try turn(&empty) }
        }

        private func turn(_ empty: inout Int) throws {
            guard let message = rd_kafka_consumer_poll(consumer, 1000) else {
                empty += 1
                if empty > 15 { throw KafkaMock.Failed(reason: "\(messages.count) messages, and no more come") }
                return
            }
            defer { rd_kafka_message_destroy(message) }
            switch message.pointee.err {
            case RD_KAFKA_RESP_ERR__PARTITION_EOF: ended.insert(message.pointee.partition)
            case RD_KAFKA_RESP_ERR_NO_ERROR:
                ended.remove(message.pointee.partition)
                messages.append(KafkaMock.copy(message))
            default: break
            }
        }
    }
#endif
