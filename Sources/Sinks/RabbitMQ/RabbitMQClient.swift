#if RabbitMQ
    import CRabbitMQ
    import Glibc
    import Platform

    /// One connection to a broker by librabbitmq, used by one thread alone.
    final class RabbitMQClient {
        // SAFETY: `state` is used by the owner's thread alone and freed once, in deinit; messages live for the call
        // that writes them. Another thread reaches the connection by `StallGuard` only, which knows its descriptor
        // until the connection is closed.

        /// What the broker said.
        struct Answer {
            var kind: gw_amqp_kind
            var tag: UInt64
            var isMultiple: Bool
            var code: Int
            var sequence: UInt64
            var text: String
            var status: Int32

            fileprivate init(_ answer: gw_amqp_answer) {
                (kind, tag, isMultiple, code) = (answer.kind, answer.tag, answer.multiple, Int(answer.code))
                (sequence, status) = (answer.sequence, Int32(answer.status))
                text = withUnsafeBytes(of: answer.text) { bytes in
                    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
                }
                if kind == GW_AMQP_FAILED { text = RabbitMQClient.text(status) }
            }
        }

        let guardian: StallGuard
        private let state: amqp_connection_state_t
        private let socket: OpaquePointer

        /// Makes a client that is not connected yet; nil when the library cannot.
        init?(tls settings: SocketTLS?) {
            guard let state = amqp_new_connection() else { return nil }
            guard let socket = settings == nil ? amqp_tcp_socket_new(state) : amqp_ssl_socket_new(state) else {
                amqp_destroy_connection(state)
                return nil
            }
            (self.state, self.socket, guardian) = (state, socket, StallGuard())
        }

        deinit {
            guardian.forget()
            amqp_destroy_connection(state)
        }

        /// Names the files of TLS; the first that cannot be used, or nil.
        func prepare(_ settings: SocketTLS) -> String? {
            amqp_ssl_socket_set_verify_peer(socket, settings.insecure ? 0 : 1)
            amqp_ssl_socket_set_verify_hostname(socket, settings.insecure ? 0 : 1)
            amqp_ssl_socket_set_ssl_versions(socket, AMQP_TLSv1_2, AMQP_TLSvLATEST)
            if let file = settings.caFile, amqp_ssl_socket_set_cacert(socket, file) != 0 { return file }
            guard let certificate = settings.certificate, let key = settings.key else { return nil }
            return amqp_ssl_socket_set_key(socket, certificate, key) == 0 ? nil : certificate
        }

        /// Connects, TLS and all; a status of the library.
        func open(_ endpoint: Endpoint, timeout: Duration) -> Int32 {
            var limit = Self.interval(timeout)
            amqp_set_handshake_timeout(state, &limit)
            amqp_set_rpc_timeout(state, &limit)
            let status = amqp_socket_open_noblock(socket, endpoint.host, Int32(endpoint.port), &limit)
            if status == 0 { guardian.watch(amqp_get_sockfd(state)) }
            return status
        }

        /// Greets the broker and asks for confirmations.
        func login(_ configuration: RabbitMQConfiguration, password: String) -> Answer {
            var answer = gw_amqp_answer()
            gw_amqp_login(
                state, configuration.vhost, Int32(configuration.frameBytes),
                Int32(configuration.heartbeat.components.seconds), configuration.username, password, &answer)
            return Answer(answer)
        }

        /// Makes a durable exchange.
        func declare(_ exchange: String, _ type: RabbitMQConfiguration.Exchange) -> Answer {
            var answer = gw_amqp_answer()
            gw_amqp_declare(state, exchange, type.rawValue, &answer)
            return Answer(answer)
        }

        /// Writes a message; a status of the library.
        func publish(_ message: borrowing RabbitMQEncoder.Message, isMandatory: Bool, isPersistent: Bool) -> Int32 {
            var parts = gw_amqp_message()
            (parts.mandatory, parts.persistent) = (isMandatory, isPersistent)
            withUnsafeMutableBytes(of: &parts.ends) { room in
                let ends = room.bindMemory(to: Int.self)
                for (index, end) in zip(ends.indices, message.ends) { ends[index] = end }
            }
            return message.bytes.withUnsafeBufferPointer { bytes in
                parts.bytes = bytes.baseAddress
                return gw_amqp_publish(state, &parts)
            }
        }

        /// The next thing the broker says, waited for so long at the most.
        func next(milliseconds: Int32) -> Answer {
            var answer = gw_amqp_answer()
            gw_amqp_next(state, milliseconds, &answer)
            return Answer(answer)
        }

        /// Says goodbye.
        func close() {
            amqp_connection_close(state, AMQP_REPLY_SUCCESS)
        }

        /// A status of the library in words.
        static func text(_ status: Int32) -> String {
            String(cString: amqp_error_string2(status))
        }

        private static func interval(_ duration: Duration) -> timeval {
            let (seconds, attoseconds) = duration.components
            return timeval(tv_sec: Int(seconds), tv_usec: Int(attoseconds / 1_000_000_000_000))
        }
    }
#endif
