#if Kafka
    import AgentCore
    import CRdkafka
    import EventModel

    // SAFETY: the handles are made in the initializers, used by the calls below, which the library allows from any
    // thread, and destroyed in deinit. Messages are read before they are destroyed.

    /// librdkafka's own mock of a cluster, in this process: real sockets, three brokers.
    final class KafkaMock: @unchecked Sendable {
        struct Failed: Error {
            var reason: String
        }

        /// A message as a consumer sees it.
        struct Message: Equatable {
            var partition: Int32
            var offset: Int64
            var key: String
            var value: [UInt8]
            var headers: [String: String]
        }

        static let produce: Int16 = 0
        static let fetch: Int16 = 1
        static let initProducer: Int16 = 22
        static let endTransaction: Int16 = 26
        static let offsetCommit: Int16 = 8

        let brokers: [String]
        private let handle: OpaquePointer
        private let cluster: OpaquePointer

        init(brokers count: Int = 3) throws {
            let configuration = rd_kafka_conf_new()
            var text = [CChar](repeating: 0, count: 256)
            rd_kafka_conf_set(configuration, "test.mock.num.brokers", "\(count)", &text, text.count)
            rd_kafka_conf_set(configuration, "log_level", "0", &text, text.count)
            guard let handle = rd_kafka_new(RD_KAFKA_PRODUCER, configuration, &text, text.count),
                let cluster = rd_kafka_handle_mock_cluster(handle),
                let bootstraps = rd_kafka_mock_cluster_bootstraps(cluster)
            else { throw Failed(reason: "no mock cluster") }
            (self.handle, self.cluster) = (handle, cluster)
            brokers = String(cString: bootstraps).split(separator: ",").map(String.init)
        }

        deinit {
            rd_kafka_destroy(handle)
        }

        var connection: KafkaConnection { KafkaConnection(brokers: brokers) }

        func create(_ topic: String, partitions: Int32 = 1) {
            rd_kafka_mock_topic_create(cluster, topic, partitions, 1)
        }

        func setDown(_ isDown: Bool) {
            for id in 1...Int32(brokers.count) {
                if isDown {
                    rd_kafka_mock_broker_set_down(cluster, id)
                } else {
                    rd_kafka_mock_broker_set_up(cluster, id)
                }
            }
        }

        /// Every answer takes this long.
        func setDelay(milliseconds: Int32) {
            for id in 1...Int32(brokers.count) { rd_kafka_mock_broker_set_rtt(cluster, id, milliseconds) }
        }

        /// The next requests of a kind fail so.
        func fail(_ request: Int16, _ errors: [rd_kafka_resp_err_t]) {
            rd_kafka_mock_push_request_errors_array(cluster, request, errors.count, errors)
        }

        func clearFailures(_ request: Int16) {
            rd_kafka_mock_clear_request_errors(cluster, request)
        }

        func setError(_ error: rd_kafka_resp_err_t, of topic: String) {
            rd_kafka_mock_topic_set_error(cluster, topic, error)
        }

        /// Writes messages that no sink of ours would write.
        func write(
            _ values: [[UInt8]], to topic: String, partition: Int32 = 0, headers: [(String, String)] = []
        ) throws {
            let configuration = rd_kafka_conf_new()
            var text = [CChar](repeating: 0, count: 256)
            rd_kafka_conf_set(
                configuration, "bootstrap.servers", brokers.joined(separator: ","), &text, text.count)
            rd_kafka_conf_set(configuration, "message.max.bytes", "100000000", &text, text.count)
            guard let producer = rd_kafka_new(RD_KAFKA_PRODUCER, configuration, &text, text.count) else {
                throw Failed(reason: "no producer")
            }
            defer { rd_kafka_destroy(producer) }
            let rkt = rd_kafka_topic_new(producer, topic, nil)
            defer { rd_kafka_topic_destroy(rkt) }
            for value in values {
                let list = rd_kafka_headers_new(headers.count)
                for (name, text) in headers { rd_kafka_header_add(list, name, -1, text, -1) }
                var units = [rd_kafka_vu_t](repeating: rd_kafka_vu_t(), count: 5)
                units[0].vtype = RD_KAFKA_VTYPE_RKT
                units[0].u.rkt = rkt
                units[1].vtype = RD_KAFKA_VTYPE_PARTITION
                units[1].u.i32 = partition
                units[2].vtype = RD_KAFKA_VTYPE_HEADERS
                units[2].u.headers = list
                units[3].vtype = RD_KAFKA_VTYPE_MSGFLAGS
                units[3].u.i = RD_KAFKA_MSG_F_COPY
                units[4].vtype = RD_KAFKA_VTYPE_VALUE
                let error = value.withUnsafeBytes { bytes in
                    units[4].u.mem.ptr = UnsafeMutableRawPointer(mutating: bytes.baseAddress)
                    units[4].u.mem.size = bytes.count
                    return rd_kafka_produceva(producer, &units, units.count)
                }
                if let error { throw Failed(reason: String(cString: rd_kafka_error_string(error))) }
            }
            guard rd_kafka_flush(producer, 10_000) == RD_KAFKA_RESP_ERR_NO_ERROR else {
                throw Failed(reason: "not written in time")
            }
        }
    }
#endif
