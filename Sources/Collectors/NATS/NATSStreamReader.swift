#if NATS
    import AgentCore
    import EventModel
    import NATSClient

    /// A connection on which a stream is read, from one place on.
    final class NATSStreamReader {
        /// One request asks for so many bytes: what may lie unread here. A single larger message is asked for alone.
        private static let pullBytes = 16 << 20
        /// How long one look at the inbox lasts: a poll that is cancelled ends after it.
        private static let glance = Duration.milliseconds(100)
        /// Given to hubs, but not yet acknowledged by any.
        private static let pendingLimit = 65_536

        let state: JetStream.StreamState
        /// What a shared consumer was last given before we joined; nil for one of our own, or a new one.
        private(set) var delivered: UInt64?
        private let jetStream: JetStream
        private let configuration: NATSCollectorConfiguration
        private let inbox: NATSInbox
        private let acknowledgements: NATSInbox
        private var consumer = ""
        /// Of the request under way, what may still come.
        private var expected = 0
        private var asksForOne = false

        init(_ configuration: NATSCollectorConfiguration, secrets: SecretStore, name: String) throws(NATSFailure) {
            self.configuration = configuration
            jetStream = JetStream(try NATSLink(configuration.endpoint, secrets: secrets, name: name))
            inbox = try NATSInbox(on: jetStream.link)
            acknowledgements = try NATSInbox(on: jetStream.link)
            guard let state = try jetStream.stream(configuration.stream) else {
                throw .unreachable("there is no stream \"\(configuration.stream)\" yet")
            }
            self.state = state
        }

        /// Begins to read after `sequence`; a shared consumer that is there already goes on where it is.
        func begin(after sequence: UInt64) throws(NATSFailure) {
            let filter = configuration.subject.map { [JSONValue.Member("filter_subject", .string($0))] } ?? []
            let start: [JSONValue.Member] = [
                .init("deliver_policy", "by_start_sequence"), .init("opt_start_seq", .number("\(sequence + 1)")),
                .init("replay_policy", "instant"),
            ]
            guard let durable = configuration.consumer else {
                consumer = try jetStream.createConsumer(
                    in: configuration.stream, durable: nil,
                    start + filter + [.init("ack_policy", "none"), .init("inactive_threshold", 60_000_000_000)])
                return
            }
            if let known = try jetStream.consumer(durable, of: configuration.stream) {
                (consumer, delivered) = (durable, known.delivered)
                return
            }
            let wait = configuration.acknowledgeWithin.components
            consumer = try jetStream.createConsumer(
                in: configuration.stream, durable: durable,
                start + filter + [
                    .init("ack_policy", "explicit"), .init("max_ack_pending", .number("\(Self.pendingLimit)")),
                    .init(
                        "ack_wait", .number("\(wait.seconds * 1_000_000_000 + wait.attoseconds / 1_000_000_000)")),
                ])
        }

        /// The next messages: waits for the first as long as a poll may, takes what else is there. Empty: none came.
        func read() throws(NATSFailure) -> [NATSStreamed] {
            var messages: [NATSStreamed] = []
            let clock = ContinuousClock()
            let end = clock.now + configuration.wait
            // The server ends a request by itself; what is heard neither way long after that is no connection.
            let patience = end + jetStream.link.timeout
            while messages.count < configuration.batch {
                if expected == 0 {
                    if !messages.isEmpty || clock.now >= end { break }
                    try pull(for: end - clock.now)
                }
                let heard = try inbox.next(within: messages.isEmpty ? Self.glance : .milliseconds(1)) {
                    delivery throws(NATSFailure) in try hear(delivery)
                }
                if let heard, let message = heard {
                    messages.append(message)
                    if message.place.pending == 0 { break }
                } else if heard == nil {
                    if !messages.isEmpty || Task.isCancelled { break }
                    if clock.now > patience { throw .unreachable("the server no longer answers") }
                }
            }
            return messages
        }

        /// Tells the shared consumer what is committed; returns when the server has heard it.
        func acknowledge(_ runs: [NATSCheckpoint.Run]) throws(NATSFailure) {
            let prefix = "$JS.ACK.\(configuration.stream).\(consumer).1."
            var last: String?
            for run in runs {
                for step in 0..<run.count {
                    if let last { try jetStream.link.publish(last, payload: Array("+ACK".utf8)) }
                    // The time and what is pending are not looked at.
                    last = "\(prefix)\(run.sequence + step).\(run.consumerSequence + step).0.0"
                }
            }
            guard let last else { return }
            // Acknowledgements are taken in order: the answer to the last is the answer to all.
            try jetStream.link.publish(last, reply: acknowledgements.prefix + ".1", payload: Array("+ACK".utf8))
            let answer = try acknowledgements.next(within: jetStream.link.timeout) { delivery throws(NATSFailure) in
                delivery.status
            }
            guard let status = answer else { throw .unreachable("what was committed could not be acknowledged") }
            if status == 503 { throw .unreachable("the consumer \"\(consumer)\" is gone") }
        }

        /// Gives up a consumer that is only ours.
        func end() {
            if configuration.consumer == nil, !consumer.isEmpty {
                try? jetStream.deleteConsumer(consumer, of: configuration.stream)
            }
        }

        private func pull(for time: Duration) throws(NATSFailure) {
            expected = asksForOne ? 1 : configuration.batch
            try jetStream.pull(
                consumer, of: configuration.stream, batch: expected, expires: time,
                bytes: asksForOne ? nil : Self.pullBytes, to: inbox)
        }

        /// A message; nil when the server said something else.
        private func hear(_ delivery: NATSDelivery) throws(NATSFailure) -> NATSStreamed? {
            guard let place = JetStreamPlace(acknowledging: delivery.reply) else {
                switch delivery.status {
                case 404, 408: break
                case 409 where delivery.header("Description")?.contains("MaxBytes") == true: asksForOne = expected > 0
                case 100: return nil
                case let status:
                    let words = delivery.header("Description") ?? "no consumer answers"
                    throw .unreachable("the server ended the reading: \(status ?? 0) \(words)")
                }
                expected = 0
                return nil
            }
            expected = max(0, expected - 1)
            if expected == 0 { asksForOne = false }
            return NATSStreamed(
                subject: delivery.subject, headers: delivery.headers, payload: delivery.bytes, place: place)
        }
    }
#endif
