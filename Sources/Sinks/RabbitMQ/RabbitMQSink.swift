#if RabbitMQ
    package import AgentCore
    import Platform

    /// Publishes each event to an exchange of a RabbitMQ broker, AMQP 0-9-1 with publisher confirms.
    ///
    /// A delivery returns when the broker has confirmed every message of the batch: by then it is on the disk of every
    /// durable queue it goes to. Nothing in the protocol removes repeats: a message whose confirmation was lost is
    /// published again, under the same message id; what was confirmed of a batch that failed is not. Messages come in
    /// sequence order, but for those of a batch that a queue refused for a while.
    ///
    /// An event no queue is bound for comes back (`mandatory`), and the sink waits for a person, unless told otherwise.
    package actor RabbitMQSink: Sink {
        package typealias Configuration = RabbitMQConfiguration
        package static let kind = "rabbitmq"

        /// An idle connection is looked at so many times within one heartbeat.
        private static let looksPerHeartbeat = 3

        private nonisolated let executor: ThreadExecutor
        private let configuration: RabbitMQConfiguration
        private let context: SinkContext
        private let encoder: RabbitMQEncoder
        private var connection: RabbitMQConnection?
        private var confirmed = ConfirmedEntries()
        private var keeping: Task<Void, Never>?
        /// Used again for every message.
        private var message = RabbitMQEncoder.Message()

        package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

        package init(_ configuration: RabbitMQConfiguration, in context: SinkContext) throws {
            executor = ThreadExecutor(name: "sink-\(context.name)")
            (self.configuration, self.context) = (configuration, context)
            encoder = RabbitMQEncoder(configuration, journal: context.journal, expires: context.expires)
            WriteSignals.ignore()
        }

        deinit {
            executor.stop()
        }

        package func deliver(_ entries: [Entry]) throws(DeliveryError) {
            let entries = confirmed.remaining(of: entries)
            let connection = try connected()
            let guardian = Task {
                [clock = context.clock, limit = configuration.timeout, guardian = connection.guardian] in
                await guardian.run(limit: limit, sleep: clock.sleep)
            }
            defer { guardian.cancel() }
            var rejected: [UInt64: String] = [:]
            do throws(DeliveryError) {
                for entry in entries {
                    rejected[entry.sequence] = encoder.encode(entry, into: &message)
                    if rejected[entry.sequence] == nil { try connection.publish(message, sequence: entry.sequence) }
                }
                try connection.finish()
            } catch {
                self.connection = nil
                remember(connection.takeOutcomes())
                throw error
            }
            try judge(connection.takeOutcomes(), rejected)
        }

        package func stop() async {
            keeping?.cancel()
            await keeping?.value
            connection?.close()
            connection = nil
            executor.stop()
        }

        /// Throws what the outcomes say, the one first that says most of the rest.
        private func judge(
            _ outcomes: [UInt64: RabbitMQConnection.Outcome], _ refused: [UInt64: String]
        ) throws(DeliveryError) {
            var rejected = refused
            var returned: String?
            for case (let sequence, .returned(let reason)) in outcomes {
                returned = "no queue is bound to the exchange \"\(configuration.exchange)\" for an event: \(reason)"
                if configuration.unroutable == .reject { rejected[sequence] = returned }
            }
            if outcomes.values.contains(.refused) {
                remember(outcomes)
                throw .retryable(reason: "the broker, or a queue that is full, did not take an event")
            }
            if let returned, configuration.unroutable == .hold {
                remember(outcomes)
                throw .held(reason: "\(returned); bind one, or set \"unroutable\"")
            }
            confirmed.clear()
            if !rejected.isEmpty { throw .partial(rejected: rejected) }
        }

        private func remember(_ outcomes: [UInt64: RabbitMQConnection.Outcome]) {
            confirmed.add(outcomes.lazy.filter { $0.value == .confirmed }.map(\.key))
        }

        private func connected() throws(DeliveryError) -> RabbitMQConnection {
            if let connection, connection.keepAlive() { return connection }
            connection = nil
            let new = try RabbitMQConnection(configuration, password: try password())
            connection = new
            if keeping == nil { keeping = Task { await keepAlive() } }
            return new
        }

        private func password() throws(DeliveryError) -> String {
            guard let reference = configuration.password else { return "guest" }
            do throws(SecretError) {
                return try context.secrets.read(reference)
            } catch {
                throw .held(reason: error.description)
            }
        }

        /// Shows the broker that we are still there, between deliveries.
        private func keepAlive() async {
            while !Task.isCancelled {
                let pause = configuration.heartbeat / Self.looksPerHeartbeat
                guard (try? await context.clock.sleep(pause)) != nil else { break }
                if let connection, !connection.keepAlive() { self.connection = nil }
            }
            keeping = nil
        }
    }
#endif
