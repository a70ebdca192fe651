#if NATS
    import AgentCore
    import AgentTestKit
    import EventModel
    import Testing

    @testable import NATSClient

    extension NATSServer {
        func endpoint(timeout: Duration = .seconds(3)) -> NATSEndpoint { NATSEndpoint(url: url, timeout: timeout) }

        /// What it stores, read by a connection of its own.
        func jetStream(_ endpoint: NATSEndpoint? = nil) throws -> JetStream {
            let secrets = SecretStore { _ throws(SecretError) in throw SecretError("no secrets in this test") }
            return JetStream(try NATSLink(endpoint ?? self.endpoint(), secrets: secrets, name: "test"))
        }

        /// All messages of a stream, in order.
        func messages(in stream: String) throws -> [StoredMessage] {
            let jetStream = try jetStream()
            guard let state = try jetStream.stream(stream), state.last >= state.first, state.last > 0 else { return [] }
            let consumer = try jetStream.createConsumer(
                in: stream, durable: nil, [.init("deliver_policy", "all"), .init("ack_policy", "none")])
            let inbox = try NATSInbox(on: jetStream.link)
            var messages: [StoredMessage] = []
            while true {
                try jetStream.pull(consumer, of: stream, batch: 1000, expires: nil, to: inbox)
                for _ in 0..<1000 {
                    let message = try inbox.next(within: .seconds(10)) { delivery throws(NATSFailure) in
                        JetStreamPlace(acknowledging: delivery.reply).map {
                            StoredMessage(
                                subject: delivery.subject, headers: delivery.headers, payload: delivery.bytes, place: $0
                            )
                        }
                    }
                    guard let message = try #require(message) else { return messages }
                    messages.append(message)
                    if message.place.pending == 0 { return messages }
                }
            }
        }

        /// The sequences of the events of a stream, in the stream's order.
        func sequences(in stream: String) throws -> [UInt64] {
            try messages(in: stream).map { try #require(try EventDecoder.decode($0.payload).sequence) }
        }
    }

    /// A message as a test sees it.
    struct StoredMessage {
        var subject: String
        var headers: [(name: String, value: String)]
        var payload: [UInt8]
        var place: JetStreamPlace

        func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }
    }
#endif
