#if RabbitMQ
    import AgentCore
    import CRabbitMQ

    /// A greeted connection to a broker with one channel of confirmations, and what the broker owes us.
    final class RabbitMQConnection {
        /// What became of a message.
        enum Outcome: Equatable {
            case confirmed
            /// No queue is bound for it.
            case returned(String)
            /// The broker, or a queue, could not take it now.
            case refused
        }

        /// How long one look for confirmations lasts at the most: so soon a cancelled task is noticed.
        private static let lookMilliseconds: Int32 = 100
        /// After so many messages is looked whether the broker says something.
        private static let messagesPerLook: UInt64 = 64

        let guardian: StallGuard
        private let client: RabbitMQClient
        private let configuration: RabbitMQConfiguration
        /// The number of the last message; the broker counts likewise.
        private var tag: UInt64 = 0
        /// Sequences that wait for their confirmation, by number; `oldest` is the lowest number among them.
        private var awaited: [UInt64: UInt64] = [:]
        private var oldest: UInt64 = 1
        private var returned: [UInt64: String] = [:]
        private var returning = ""
        private var blocked: String?
        private var outcomes: [UInt64: Outcome] = [:]

        /// Connects, greets, and makes the exchange if asked to.
        init(_ configuration: RabbitMQConfiguration, password: String) throws(DeliveryError) {
            self.configuration = configuration
            let tls = configuration.url.scheme == "amqps" ? configuration.tls : nil
            guard let client = RabbitMQClient(tls: tls) else {
                throw .retryable(reason: "the library of AMQP has no memory")
            }
            (self.client, guardian) = (client, client.guardian)
            if let tls, let file = client.prepare(tls) {
                throw .held(reason: "cannot use TLS: \"\(file)\" is of no use")
            }
            let status = client.open(configuration.url, timeout: configuration.timeout)
            if status != 0 { throw Self.failure(status, "cannot connect to \(configuration.url)") }
            try check(client.login(configuration, password: password))
            if let type = configuration.declare { try check(client.declare(configuration.exchange, type)) }
        }

        /// Publishes a message; waits for earlier ones where too many are on their way.
        func publish(_ message: borrowing RabbitMQEncoder.Message, sequence: UInt64) throws(DeliveryError) {
            if tag % Self.messagesPerLook == 0 { try look(milliseconds: 0) }
            while awaited.count >= configuration.inflight || blocked != nil { try wait() }
            let status = client.publish(
                message, isMandatory: configuration.unroutable != .ignore, isPersistent: configuration.persistent)
            if status != 0 {
                // What the broker said before it closed the connection says more.
                try look(milliseconds: 0)
                throw Self.failure(status, "the connection to \(configuration.url) is lost")
            }
            guardian.step()
            tag += 1
            awaited[tag] = sequence
        }

        /// Waits until every message is answered.
        func finish() throws(DeliveryError) {
            while !awaited.isEmpty { try wait() }
        }

        /// What became of the messages since somebody asked.
        func takeOutcomes() -> [UInt64: Outcome] {
            defer { outcomes = [:] }
            return outcomes
        }

        /// Keeps an idle connection alive; false when it is lost.
        func keepAlive() -> Bool {
            (try? look(milliseconds: 0)) != nil
        }

        /// Says goodbye.
        func close() {
            client.close()
        }

        /// Waits until the broker says something. Throws when it says nothing within the timeout.
        private func wait() throws(DeliveryError) {
            let deadline = SocketDeadline(after: configuration.timeout)
            let (before, wasBlocked) = (awaited.count, blocked != nil)
            while awaited.count == before, (blocked != nil) == wasBlocked {
                guard let milliseconds = deadline.milliseconds(atMost: Self.lookMilliseconds) else {
                    let why = blocked.map { "takes nothing now: \($0)" } ?? "confirmed nothing"
                    throw .retryable(reason: "\(configuration.url) \(why) (waited \(configuration.timeout))")
                }
                if Task.isCancelled { throw .retryable(reason: "the delivery to \(configuration.url) was given up") }
                try look(milliseconds: milliseconds)
            }
        }

        /// Takes all that the broker has said; waits for the first of it.
        private func look(milliseconds: Int32) throws(DeliveryError) {
            var answer = client.next(milliseconds: milliseconds)
            while answer.kind != GW_AMQP_NOTHING {
                guardian.step()
                try take(answer)
                answer = client.next(milliseconds: 0)
            }
        }

        private func take(_ answer: RabbitMQClient.Answer) throws(DeliveryError) {
            switch answer.kind {
            case GW_AMQP_ACK: settle(answer) { [returned] in returned[$0].map(Outcome.returned) ?? .confirmed }
            case GW_AMQP_NACK: settle(answer) { _ in .refused }
            case GW_AMQP_RETURN: returning = "\(answer.text) (\(answer.code))"
            case GW_AMQP_RETURNED: returned[answer.sequence] = returning
            case GW_AMQP_BLOCKED: blocked = answer.text
            case GW_AMQP_UNBLOCKED: blocked = nil
            case GW_AMQP_CLOSED: throw RabbitMQAnswer.closed(code: answer.code, text: answer.text)
            case GW_AMQP_FAILED: throw Self.failure(answer.status, "the connection to \(configuration.url) is lost")
            default: break
            }
        }

        private func settle(_ answer: RabbitMQClient.Answer, _ outcome: (UInt64) -> Outcome) {
            let first = answer.isMultiple ? oldest : answer.tag
            // Numbers the broker made up are none of ours.
            guard answer.tag <= tag, first <= answer.tag else { return }
            for number in first...answer.tag {
                guard let sequence = awaited.removeValue(forKey: number) else { continue }
                outcomes[sequence] = outcome(sequence)
                returned[sequence] = nil
            }
            while oldest <= tag, awaited[oldest] == nil { oldest += 1 }
        }

        private func check(_ answer: RabbitMQClient.Answer) throws(DeliveryError) {
            switch answer.kind {
            case GW_AMQP_CLOSED: throw RabbitMQAnswer.closed(code: answer.code, text: answer.text, whileGreeting: true)
            case GW_AMQP_FAILED: throw Self.failure(answer.status, "\(configuration.url) refused the connection")
            default: break
            }
        }

        private static func failure(_ status: Int32, _ what: String) -> DeliveryError {
            let reason = "\(what): \(RabbitMQClient.text(status))"
            return switch amqp_status_enum(rawValue: status) {
            case AMQP_STATUS_SSL_HOSTNAME_VERIFY_FAILED, AMQP_STATUS_SSL_PEER_VERIFY_FAILED,
                AMQP_STATUS_BROKER_UNSUPPORTED_SASL_METHOD:
                .held(reason: reason)
            default: .retryable(reason: reason)
            }
        }
    }
#endif
