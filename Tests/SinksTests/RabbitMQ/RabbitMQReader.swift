#if RabbitMQ
    import AgentTestKit
    import CRabbitMQ
    import Glibc

    @testable import Sinks

    /// A queue of one test, made and read by librabbitmq itself.
    final class RabbitMQReader: @unchecked Sendable {
        // One test uses it, one call after the other.
        private let state: amqp_connection_state_t
        private let queue: String
        let exchange: String

        private static let refusal = "reject-publish"

        struct Message {
            var body: [UInt8]
            var id: String
            var contentType: String
            var isPersistent: Bool
            var sequence: UInt64
            var key: String
        }

        struct Failed: Error {
            var what: String
        }

        /// Connects as guest. Nothing is declared yet.
        init(port: Int, exchange: String) throws {
            (self.exchange, queue) = (exchange, "q-\(exchange)")
            guard let state = amqp_new_connection(), let socket = amqp_tcp_socket_new(state) else {
                throw Failed(what: "no memory")
            }
            self.state = state
            guard amqp_socket_open(socket, "127.0.0.1", Int32(port)) == 0 else { throw Failed(what: "open") }
            var answer = gw_amqp_answer()
            gw_amqp_login(state, "/", 131_072, 0, "guest", "guest", &answer)
            guard answer.kind == GW_AMQP_OTHER else { throw Failed(what: "login") }
        }

        deinit {
            amqp_destroy_connection(state)
        }

        func declareExchange() throws {
            var answer = gw_amqp_answer()
            gw_amqp_declare(state, exchange, "topic", &answer)
            guard answer.kind == GW_AMQP_OTHER else { throw Failed(what: "declare \(exchange)") }
        }

        /// A durable queue; with a length it refuses what is beyond.
        func bind(_ key: String, length: Int32? = nil) throws {
            var table = amqp_empty_table
            var entries: [amqp_table_entry_t] = []
            if let length {
                var (limit, overflow) = (amqp_table_entry_t(), amqp_table_entry_t())
                (limit.key, overflow.key) = (Self.kept("x-max-length"), Self.kept("x-overflow"))
                (limit.value.kind, limit.value.value.i32) = (UInt8(ascii: "I"), length)
                (overflow.value.kind, overflow.value.value.bytes) = (
                    UInt8(ascii: "S"), Self.kept(Self.refusal)
                )
                entries = [limit, overflow]
            }
            try entries.withUnsafeMutableBufferPointer { buffer in
                (table.num_entries, table.entries) = (Int32(buffer.count), buffer.baseAddress)
                amqp_queue_declare(state, 1, Self.kept(queue), 0, 1, 0, 0, table)
                try check("declare \(queue)")
            }
            amqp_queue_bind(
                state, 1, Self.kept(queue), Self.kept(exchange), Self.kept(key),
                amqp_empty_table)
            try check("bind \(queue)")
        }

        /// Takes everything out of the queue.
        func messages() throws -> [Message] {
            var found: [Message] = []
            while let message = try next() { found.append(message) }
            return found
        }

        private func next() throws -> Message? {
            amqp_maybe_release_buffers(state)
            let reply = amqp_basic_get(state, 1, Self.kept(queue), 1)
            guard reply.reply_type == AMQP_RESPONSE_NORMAL else { throw Failed(what: "get from \(queue)") }
            // basic.get-empty
            if reply.reply.id == 0x003C_0048 { return nil }
            let key = reply.reply.decoded.assumingMemoryBound(to: amqp_basic_get_ok_t.self).pointee.routing_key
            let routed = Self.text(key)
            var message = amqp_message_t()
            guard amqp_read_message(state, 1, &message, 0).reply_type == AMQP_RESPONSE_NORMAL else {
                throw Failed(what: "read from \(queue)")
            }
            defer { amqp_destroy_message(&message) }
            return Message(
                body: Self.bytes(message.body), id: Self.text(message.properties.message_id),
                contentType: Self.text(message.properties.content_type),
                isPersistent: message.properties.delivery_mode == 2,
                sequence: gw_amqp_sequence(&message.properties.headers), key: routed)
        }

        private func check(_ what: String) throws {
            guard amqp_get_rpc_reply(state).reply_type == AMQP_RESPONSE_NORMAL else { throw Failed(what: what) }
        }

        /// Text that outlives the calls it is handed to: for as long as the test runs.
        private static func kept(_ text: String) -> amqp_bytes_t {
            amqp_cstring_bytes(strdup(text))
        }

        private static func bytes(_ bytes: amqp_bytes_t) -> [UInt8] {
            Array(UnsafeRawBufferPointer(start: bytes.bytes, count: bytes.len))
        }

        private static func text(_ text: amqp_bytes_t) -> String {
            String(decoding: bytes(text), as: UTF8.self)
        }
    }
#endif
