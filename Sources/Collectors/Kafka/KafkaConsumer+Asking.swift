#if Kafka
    import CRdkafka

    // SAFETY: lists and metadata are made or got, and destroyed, within one call; the handle is alive until `close`.

    extension KafkaConsumer {
        /// How far the group has come, by partition; none for one it never read.
        func groupPlaces(of partitions: [KafkaPartition], milliseconds: Int32) throws(KafkaTrouble)
            -> [KafkaPartition: Int64]
        {
            let list = Self.list(of: partitions.map { ($0, Int64(RD_KAFKA_OFFSET_INVALID)) })
            defer { rd_kafka_topic_partition_list_destroy(list) }
            let code = rd_kafka_committed(handle, list, milliseconds)
            if code != RD_KAFKA_RESP_ERR_NO_ERROR { throw KafkaTrouble(code, nil) }
            var places: [KafkaPartition: Int64] = [:]
            for (index, partition) in partitions.enumerated() {
                guard let element = list?.pointee.elems[index] else { continue }
                if element.err != RD_KAFKA_RESP_ERR_NO_ERROR { throw KafkaTrouble(element.err, nil) }
                if element.offset >= 0 { places[partition] = element.offset }
            }
            return places
        }

        /// The offsets Kafka holds of a partition.
        func held(_ partition: KafkaPartition, milliseconds: Int32) throws(KafkaTrouble) -> Range<Int64> {
            var (low, high): (Int64, Int64) = (0, 0)
            let code = rd_kafka_query_watermark_offsets(
                handle, partition.topic, partition.number, &low, &high, milliseconds)
            if code != RD_KAFKA_RESP_ERR_NO_ERROR { throw KafkaTrouble(code, nil) }
            return low..<max(low, high)
        }

        /// Tells the group how far it has come. `waits`: until the broker has it, or refused it.
        func tell(_ places: [KafkaPartition: Int64], waits: Bool) {
            guard !places.isEmpty else { return }
            let list = Self.list(of: places.map { ($0.key, $0.value) })
            defer { rd_kafka_topic_partition_list_destroy(list) }
            // Whether it works or not: the checkpoint is the truth, and the next batch tells again.
            rd_kafka_commit(handle, list, waits ? 0 : 1)
        }

        /// How many partitions a topic has; nil when there is no such topic.
        func partitions(of topic: String, milliseconds: Int32) throws(KafkaTrouble) -> Int? {
            let rkt = rd_kafka_topic_new(handle, topic, nil)
            defer { if let rkt { rd_kafka_topic_destroy(rkt) } }
            var metadata: UnsafePointer<rd_kafka_metadata>?
            let code = rd_kafka_metadata(handle, 0, rkt, &metadata, milliseconds)
            guard code == RD_KAFKA_RESP_ERR_NO_ERROR, let metadata else { throw KafkaTrouble(code, nil) }
            defer { rd_kafka_metadata_destroy(metadata) }
            guard metadata.pointee.topic_cnt > 0 else { return nil }
            let found = metadata.pointee.topics[0]
            return found.err == RD_KAFKA_RESP_ERR_NO_ERROR && found.partition_cnt > 0 ? Int(found.partition_cnt) : nil
        }

        private static func list(
            of places: [(KafkaPartition, Int64)]
        ) -> UnsafeMutablePointer<rd_kafka_topic_partition_list_t>? {
            let list = rd_kafka_topic_partition_list_new(Int32(places.count))
            for (partition, offset) in places {
                rd_kafka_topic_partition_list_add(list, partition.topic, partition.number)?.pointee.offset = offset
            }
            return list
        }
    }
#endif
