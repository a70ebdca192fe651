#if Kafka
    import AgentCore
    import CRdkafka
    import EventModel

    // SAFETY: the handle is made in `init` and destroyed once, in `end` or `deinit`. `reports` is the library's opaque
    // pointer: held by this object, which outlives the handle. The library calls back only from within `flush` and
    // `end`, on the thread that called them. Pointers into a message are used within the call that is given them; the
    // library copies value, key and headers.

    /// A producer of librdkafka: the only file of the sink that calls it. Used from one thread.
    final class KafkaProducer {
        /// What the library told during a call.
        final class Reports {
            /// Sequence, and what went wrong.
            var messages: [(sequence: UInt64, failure: KafkaFailure?)] = []
            /// The last trouble that is nobody's message: brokers out of reach, refused credentials.
            var trouble: KafkaFailure?
            var fatal: KafkaFailure?
        }

        /// Longer waits of the library could not be given up.
        private static let transactionSlice: Int32 = 1000

        private var handle: OpaquePointer?
        private let topic: String
        private let reports = Reports()

        /// Makes a producer; touches no broker yet. Throws which property the library refuses.
        init(topic: String, settings: [KafkaConnection.Setting]) throws(KafkaFailure) {
            self.topic = topic
            guard let configuration = rd_kafka_conf_new() else {
                throw KafkaFailure(kind: .passing, reason: "no memory for a producer")
            }
            var text = [CChar](repeating: 0, count: 512)
            for setting in settings
            where rd_kafka_conf_set(configuration, setting.name, setting.value, &text, text.count)
                != RD_KAFKA_CONF_OK
            {
                rd_kafka_conf_destroy(configuration)
                // What the library says may repeat the value, which may be a secret.
                throw KafkaFailure(
                    kind: .held, reason: "librdkafka refuses the value of the property \"\(setting.name)\"")
            }
            rd_kafka_conf_set_opaque(configuration, Unmanaged.passUnretained(reports).toOpaque())
            rd_kafka_conf_set_dr_msg_cb(configuration, Self.onReport)
            rd_kafka_conf_set_error_cb(configuration, Self.onError)
            rd_kafka_conf_set_log_cb(configuration, Self.onLog)
            handle = rd_kafka_new(RD_KAFKA_PRODUCER, configuration, &text, text.count)
            if handle == nil {
                rd_kafka_conf_destroy(configuration)
                throw KafkaFailure(kind: .held, reason: "no producer: \(Self.string(text))")
            }
        }

        deinit {
            end()
        }

        /// Hands a message over. Nil: it is on its way; else why the library does not take it.
        func send(_ message: KafkaEncoder.Message, sequence: UInt64) -> rd_kafka_resp_err_t {
            let headers = rd_kafka_headers_new(message.headers.count)
            for header in message.headers {
                header.value.withUnsafeBytes { value in
                    _ = rd_kafka_header_add(headers, header.name, -1, value.baseAddress, value.count)
                }
            }
            let code = topic.withCString { topic in
                message.value.withUnsafeBytes { value in
                    message.key.withUnsafeBytes { key in
                        produce(topic, value, key, headers, sequence)
                    }
                }
            }
            // Only when it takes the message it takes the headers.
            if code != RD_KAFKA_RESP_ERR_NO_ERROR { rd_kafka_headers_destroy(headers) }
            return code
        }

        private func produce(
            _ topic: UnsafePointer<CChar>, _ value: UnsafeRawBufferPointer, _ key: UnsafeRawBufferPointer,
            _ headers: OpaquePointer?, _ sequence: UInt64
        ) -> rd_kafka_resp_err_t {
            var units = InlineArray<6, rd_kafka_vu_t>(repeating: rd_kafka_vu_t())
            units[0].vtype = RD_KAFKA_VTYPE_TOPIC
            units[0].u.cstr = topic
            units[1].vtype = RD_KAFKA_VTYPE_VALUE
            units[1].u.mem.ptr = UnsafeMutableRawPointer(mutating: value.baseAddress)
            units[1].u.mem.size = value.count
            units[2].vtype = RD_KAFKA_VTYPE_KEY
            units[2].u.mem.ptr = UnsafeMutableRawPointer(mutating: key.baseAddress)
            units[2].u.mem.size = key.count
            units[3].vtype = RD_KAFKA_VTYPE_HEADERS
            units[3].u.headers = headers
            units[4].vtype = RD_KAFKA_VTYPE_MSGFLAGS
            units[4].u.i = RD_KAFKA_MSG_F_COPY
            units[5].vtype = RD_KAFKA_VTYPE_OPAQUE
            units[5].u.ptr = UnsafeMutableRawPointer(bitPattern: UInt(sequence))
            var span = units.mutableSpan
            let error = span.withUnsafeMutableBufferPointer { units in
                rd_kafka_produceva(handle, units.baseAddress, units.count)
            }
            defer { if let error { rd_kafka_error_destroy(error) } }
            return error.map { rd_kafka_error_code($0) } ?? RD_KAFKA_RESP_ERR_NO_ERROR
        }

        /// Sends what waits, and gives the reports that came within the time. Returns earlier when all are there.
        func flush(milliseconds: Int32) -> Reports {
            rd_kafka_flush(handle, milliseconds)
            return reports
        }

        /// Gives up what is on its way, ends, and gives the last reports.
        @discardableResult
        func end() -> Reports {
            guard let handle else { return reports }
            rd_kafka_purge(handle, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT)
            while rd_kafka_poll(handle, 0) > 0 {}
            self.handle = nil
            rd_kafka_destroy_flags(handle, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE)
            return reports
        }

        private static let onReport:
            @convention(c) @Sendable (OpaquePointer?, UnsafePointer<rd_kafka_message_t>?, UnsafeMutableRawPointer?) ->
                Void = { _, message, opaque in
                    guard let message, let opaque else { return }
                    let reports = Unmanaged<Reports>.fromOpaque(opaque).takeUnretainedValue()
                    let sequence = UInt64(UInt(bitPattern: message.pointee._private))
                    let code = message.pointee.err
                    let failure = code == RD_KAFKA_RESP_ERR_NO_ERROR ? nil : KafkaFailure(code, nil)
                    reports.messages.append((sequence, failure))
                }

        private static let onError:
            @convention(c) @Sendable (OpaquePointer?, Int32, UnsafePointer<CChar>?, UnsafeMutableRawPointer?) -> Void =
                {
                    handle, code, text, opaque in
                    guard let opaque else { return }
                    let reports = Unmanaged<Reports>.fromOpaque(opaque).takeUnretainedValue()
                    let code = rd_kafka_resp_err_t(rawValue: code)
                    guard code == RD_KAFKA_RESP_ERR__FATAL else {
                        let failure = KafkaFailure(code, text.map { String(cString: $0) })
                        // A broker that is out of reach besides does not make a refused password less of one.
                        if reports.trouble?.kind != .held { reports.trouble = failure }
                        return
                    }
                    var buffer = [CChar](repeating: 0, count: 512)
                    let cause = rd_kafka_fatal_error(handle, &buffer, buffer.count)
                    reports.fatal = KafkaFailure(cause, string(buffer))
                }

        private static let onLog:
            @convention(c) @Sendable (OpaquePointer?, Int32, UnsafePointer<CChar>?, UnsafePointer<CChar>?) -> Void = {
                _, _, _, _ in
            }

        private static func string(_ buffer: [CChar]) -> String {
            String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        }
    }

    /// Transactions: each call is bounded, and may be made again when it says that it was not done in time.
    extension KafkaProducer {
        /// A step of a transaction.
        enum TransactionStep {
            /// Ends what an earlier producer of the same name left, and shuts that one out.
            case open, begin, commit, abort
        }

        /// Why a step was not done.
        struct TransactionFailure: Error {
            var failure: KafkaFailure
            /// The same step may be called again.
            var isRetriable: Bool
            /// The transaction must be aborted; then another can begin.
            var needsAbort: Bool
        }

        /// Takes one step.
        func take(_ step: TransactionStep) throws(TransactionFailure) {
            let error =
                switch step {
                case .open: rd_kafka_init_transactions(handle, Self.transactionSlice)
                case .begin: rd_kafka_begin_transaction(handle)
                case .commit: rd_kafka_commit_transaction(handle, Self.transactionSlice)
                case .abort: rd_kafka_abort_transaction(handle, Self.transactionSlice)
                }
            guard let error else { return }
            defer { rd_kafka_error_destroy(error) }
            throw TransactionFailure(
                failure: KafkaFailure(
                    rd_kafka_error_code(error), rd_kafka_error_string(error).map { String(cString: $0) }),
                isRetriable: rd_kafka_error_is_retriable(error) != 0,
                needsAbort: rd_kafka_error_txn_requires_abort(error) != 0)
        }
    }
#endif
