#if Kafka
    import AgentCore
    import CRdkafka
    import EventModel
    import Glibc

    // SAFETY: the handle is made in `init` and destroyed once, in `close` or `deinit`. The library's opaque pointer is
    // `calls`, which this object holds for as long as the handle lives. The library calls back only from within `next`
    // and `close`, on the thread that called them. Messages and lists are copied, and destroyed where they were got.

    /// A consumer of librdkafka in a group: with `KafkaConsumer+Asking`, the only file of the collector that calls it.
    /// Used from one thread.
    final class KafkaConsumer {
        /// Who decides when partitions come and go; called from within `next` and `close`.
        protocol Owner: AnyObject {
            /// Where each partition that is ours now begins; nil: that could not be found out.
            func given(_ partitions: [KafkaPartition], by consumer: KafkaConsumer) -> [KafkaPartition: Int64]?
            /// All partitions are taken from us. `isLost`: they were somebody else's before we heard of it.
            func taken(isLost: Bool, from consumer: KafkaConsumer)
        }

        /// What a call of the library may find to tell.
        final class Calls {
            weak var owner: (any Owner)?
            weak var consumer: KafkaConsumer?
            var trouble: KafkaTrouble?
        }

        /// One turn.
        enum Turn {
            case nothing
            case message(KafkaMessage)
            case trouble(KafkaTrouble)
        }

        /// More headers than this, or longer ones, are not read: bytes of names and values.
        private static let (mostHeaders, headerBytes) = (256, 64 << 10)

        private(set) var handle: OpaquePointer?
        private let calls = Calls()
        private let maxEvent: Int

        /// Makes a consumer, and joins the group in the background.
        init(_ settings: [KafkaConnection.Setting], topics: [String], maxEvent: Int, owner: (any Owner)?)
            throws(KafkaTrouble)
        {
            self.maxEvent = maxEvent
            guard let configuration = rd_kafka_conf_new() else { throw KafkaTrouble("no memory for a consumer") }
            var text = [CChar](repeating: 0, count: 512)
            for setting in settings
            where rd_kafka_conf_set(configuration, setting.name, setting.value, &text, text.count)
                != RD_KAFKA_CONF_OK
            {
                rd_kafka_conf_destroy(configuration)
                // What the library says may repeat the value, which may be a secret.
                throw KafkaTrouble(
                    "librdkafka refuses the value of the property \"\(setting.name)\"", isRefusal: true)
            }
            rd_kafka_conf_set_opaque(configuration, Unmanaged.passUnretained(calls).toOpaque())
            rd_kafka_conf_set_rebalance_cb(configuration, Self.onRebalance)
            rd_kafka_conf_set_error_cb(configuration, Self.onError)
            rd_kafka_conf_set_log_cb(configuration) { _, _, _, _ in }
            handle = rd_kafka_new(RD_KAFKA_CONSUMER, configuration, &text, text.count)
            guard let handle else {
                rd_kafka_conf_destroy(configuration)
                throw KafkaTrouble("no consumer: \(Self.string(text))", isRefusal: true)
            }
            (calls.owner, calls.consumer) = (owner, self)
            rd_kafka_poll_set_consumer(handle)
            guard !topics.isEmpty else { return }
            let list = rd_kafka_topic_partition_list_new(Int32(topics.count))
            defer { rd_kafka_topic_partition_list_destroy(list) }
            for topic in topics { rd_kafka_topic_partition_list_add(list, topic, RD_KAFKA_PARTITION_UA) }
            let code = rd_kafka_subscribe(handle, list)
            if code != RD_KAFKA_RESP_ERR_NO_ERROR { throw KafkaTrouble(code, nil) }
        }

        deinit {
            calls.owner = nil
            close()
        }

        /// Waits for the next message, as long as is said at the most.
        func next(milliseconds: Int32) -> Turn {
            let message = rd_kafka_consumer_poll(handle, milliseconds)
            if let trouble = calls.trouble {
                calls.trouble = nil
                // A message that came with it is read again: its place was not moved.
                if let message { rewind(message) }
                return .trouble(trouble)
            }
            guard let message else { return .nothing }
            defer { rd_kafka_message_destroy(message) }
            switch message.pointee.err {
            case RD_KAFKA_RESP_ERR_NO_ERROR: return .message(copy(message))
            // Partitions are taken and given again; there is nothing to mend.
            case RD_KAFKA_RESP_ERR__MAX_POLL_EXCEEDED, RD_KAFKA_RESP_ERR__PARTITION_EOF: return .nothing
            case let code:
                return .trouble(KafkaTrouble(code, rd_kafka_message_errstr(message).map { String(cString: $0) }))
            }
        }

        /// Leaves the group, and ends. The owner is told that its partitions go.
        func close() {
            guard let handle else { return }
            rd_kafka_consumer_close(handle)
            self.handle = nil
            rd_kafka_destroy(handle)
        }

        private func rewind(_ message: UnsafeMutablePointer<rd_kafka_message_t>) {
            if message.pointee.err == RD_KAFKA_RESP_ERR_NO_ERROR {
                rd_kafka_seek(message.pointee.rkt, message.pointee.partition, message.pointee.offset, 0)
            }
            rd_kafka_message_destroy(message)
        }

        private func copy(_ message: UnsafeMutablePointer<rd_kafka_message_t>) -> KafkaMessage {
            let content = message.pointee
            let topic = rd_kafka_topic_name(content.rkt).map { String(cString: $0) } ?? ""
            let milliseconds = rd_kafka_message_timestamp(message, nil)
            let (nanoseconds, isFar) = milliseconds.multipliedReportingOverflow(by: 1_000_000)
            return KafkaMessage(
                partition: KafkaPartition(topic: topic, number: content.partition), offset: content.offset,
                time: Timestamp(nanoseconds: isFar || milliseconds < 0 ? 0 : nanoseconds),
                value: Array(UnsafeRawBufferPointer(start: content.payload, count: min(content.len, maxEvent))),
                isCut: content.len > maxEvent, headers: Self.headers(of: message))
        }

        private static func headers(of message: UnsafeMutablePointer<rd_kafka_message_t>) -> [KafkaMessage.Header] {
            var list: OpaquePointer?
            guard rd_kafka_message_headers(message, &list) == RD_KAFKA_RESP_ERR_NO_ERROR else { return [] }
            var headers: [KafkaMessage.Header] = []
            var (name, value, size, room): (UnsafePointer<CChar>?, UnsafeRawPointer?, Int, Int) = (
                nil, nil, 0, headerBytes
            )
            while headers.count < mostHeaders,
                rd_kafka_header_get_all(list, headers.count, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR
            {
                let text = name.map { String(cString: $0).lowercased() } ?? ""
                room -= text.utf8.count + size
                if room < 0 { break }
                let bytes = UnsafeRawBufferPointer(start: value, count: size)
                headers.append(.init(name: text, value: String(decoding: bytes, as: UTF8.self)))
            }
            return headers
        }

        private static let onRebalance:
            @convention(c) @Sendable (
                OpaquePointer?, rd_kafka_resp_err_t, UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?,
                UnsafeMutableRawPointer?
            ) -> Void = { handle, code, list, opaque in
                guard let list, let opaque else { return }
                let calls = Unmanaged<Calls>.fromOpaque(opaque).takeUnretainedValue()
                guard code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS, let consumer = calls.consumer,
                    let owner = calls.owner
                else {
                    if let consumer = calls.consumer {
                        calls.owner?.taken(isLost: rd_kafka_assignment_lost(handle) != 0, from: consumer)
                    }
                    rd_kafka_assign(handle, nil)
                    return
                }
                let elements = UnsafeMutableBufferPointer(start: list.pointee.elems, count: Int(list.pointee.cnt))
                let offsets = owner.given(elements.map(partition), by: consumer)
                for index in elements.indices {
                    elements[index].offset = offsets?[partition(elements[index])] ?? Int64(RD_KAFKA_OFFSET_INVALID)
                }
                // Without a known beginning nothing is read: what is lost or repeated would not be seen.
                rd_kafka_assign(handle, offsets == nil ? nil : list)
            }

        private static let onError:
            @convention(c) @Sendable (OpaquePointer?, Int32, UnsafePointer<CChar>?, UnsafeMutableRawPointer?) -> Void =
                {
                    _, code, text, opaque in
                    guard let opaque else { return }
                    let calls = Unmanaged<Calls>.fromOpaque(opaque).takeUnretainedValue()
                    let trouble = KafkaTrouble(rd_kafka_resp_err_t(rawValue: code), text.map { String(cString: $0) })
                    // A broker that is out of reach besides does not make a refused password less of one.
                    if calls.trouble?.isRefusal != true { calls.trouble = trouble }
                }

        private static func partition(_ element: rd_kafka_topic_partition_t) -> KafkaPartition {
            KafkaPartition(topic: String(cString: element.topic), number: element.partition)
        }

        private static func string(_ buffer: [CChar]) -> String {
            String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
    }
#endif
