#if MQTT
    package import AgentCore
    import Platform

    /// Publishes each event to an MQTT broker with QoS 1, and, if asked to, the last state of each guest as a retained
    /// message.
    ///
    /// A delivery returns when the broker has acknowledged every message of the batch. Nothing in the protocol removes
    /// repeats: when the connection breaks, the whole batch is published again, under the same CloudEvents ids; when
    /// the broker refused some of it for a while, only those are. Messages come in sequence order, but for those of a
    /// batch that the broker refused for a while.
    ///
    /// By MQTT 5 the broker says what it refuses. By 3.1.1 it acknowledges that too (no permission, too large) or
    /// closes the connection: events are lost without a sign, or repeated for ever.
    package actor MQTTSink: Sink {
        package typealias Configuration = MQTTConfiguration
        package static let kind = "mqtt"

        /// What the library keeps alive is looked at so many times within one keepalive.
        private static let looksPerKeepalive = 3
        /// Once is an outage, twice in a row may be the batch.
        private static let lossesBeforeCare = 2
        /// The name of a message that is no entry's.
        private static let retained = -1

        private nonisolated let executor: ThreadExecutor
        private let configuration: MQTTConfiguration
        private let context: SinkContext
        private var encoder: MQTTEncoder
        private var connection: MQTTConnection?
        private var confirmed = ConfirmedEntries()
        /// Batches in a row that lost their connection.
        private var losses = 0
        private var keeping: Task<Void, Never>?
        /// Used again for every message.
        private var payload: [UInt8] = []

        package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

        package init(_ configuration: MQTTConfiguration, in context: SinkContext) throws {
            executor = ThreadExecutor(name: "sink-\(context.name)")
            (self.configuration, self.context) = (configuration, context)
            encoder = MQTTEncoder(configuration, journal: context.journal, expires: context.expires)
            WriteSignals.ignore()
        }

        deinit {
            executor.stop()
        }

        package func deliver(_ entries: [Entry]) throws(DeliveryError) {
            let all = entries
            let entries = confirmed.remaining(of: all)
            let connection = try connected()
            // What is refused is heard of before the end only when nothing else is on its way: one by one, if need
            // be.
            connection.window = losses < Self.lossesBeforeCare ? configuration.inflight : 1
            let answers: [(name: Int, answer: MQTTAnswer)]
            do throws(MQTTConnection.Failure) {
                try publish(entries, by: connection)
                // Of all: what was confirmed of a batch that failed may have told a state that was not.
                try publishStates(of: all, by: connection)
                answers = try connection.finish()
            } catch {
                // Most brokers keep what they acknowledged in memory first: one that died may have lost it. The whole
                // batch comes again.
                self.connection = nil
                losses += 1
                throw lost(connection.answers, error.error)
            }
            losses = 0
            try judge(answers, of: entries)
            confirmed.clear()
        }

        package func stop() async {
            keeping?.cancel()
            await keeping?.value
            connection?.close()
            connection = nil
            executor.stop()
        }

        /// Why a batch was lost with its connection. Brokers hang up on an event they refuse, and the batch would be
        /// lost with it for ever: it comes again in halves, until that event is alone.
        private func lost(_ answers: [(name: Int, answer: MQTTAnswer)], _ error: DeliveryError) -> DeliveryError {
            for case (_, .rejected(let reason)) in answers { return .refused(reason: reason) }
            return error
        }

        private func publish(_ entries: [Entry], by connection: MQTTConnection) throws(MQTTConnection.Failure) {
            for (place, entry) in entries.enumerated() {
                if let limit = configuration.maximumBytes, entry.body.count > limit { continue }
                let message = encoder.message(of: entry, payload: &payload)
                try connection.publish(message, name: place, encoder.properties(of: entry))
            }
        }

        /// Each guest's last state of the batch.
        private func publishStates(of entries: [Entry], by connection: MQTTConnection) throws(MQTTConnection.Failure) {
            if configuration.state == nil { return }
            var states: [[UInt8]: MQTTEncoder.Message] = [:]
            for entry in entries {
                var bytes: [UInt8] = []
                if let state = encoder.state(of: entry, payload: &bytes) { states[state.topic] = state }
            }
            for state in states.values {
                try connection.publish(state, name: Self.retained, retained: true, encoder.stateProperties())
            }
        }

        /// Throws what the answers say, the one first that says most of the rest.
        private func judge(_ answers: [(name: Int, answer: MQTTAnswer)], of entries: [Entry]) throws(DeliveryError) {
            var (rejected, held, retryable): ([UInt64: String], String?, String?) = ([:], nil, nil)
            for (name, answer) in answers {
                switch answer {
                case .taken: break
                case .held(let reason): held = reason
                case .retryable(let reason): retryable = reason
                case .rejected(let reason):
                    if name == Self.retained { held = reason } else { rejected[entries[name].sequence] = reason }
                }
            }
            if let limit = configuration.maximumBytes {
                for entry in entries where entry.body.count > limit {
                    rejected[entry.sequence] = "its \(entry.body.count) bytes are more than \"maximumBytes\" allows"
                }
            }
            if held != nil || retryable != nil { remember(answers, of: entries) }
            if let held { throw .held(reason: held) }
            if let retryable { throw .retryable(reason: retryable) }
            if rejected.isEmpty { return }
            confirmed.clear()
            throw .partial(rejected: rejected)
        }

        private func remember(_ answers: [(name: Int, answer: MQTTAnswer)], of entries: [Entry]) {
            confirmed.add(
                answers.lazy.filter { $0.name != Self.retained && $0.answer == .taken }.map {
                    entries[$0.name].sequence
                })
        }

        private func connected() throws(DeliveryError) -> MQTTConnection {
            if let connection, connection.keepAlive() { return connection }
            connection = nil
            let new = try MQTTConnection(configuration, clientID: clientID, password: try password())
            connection = new
            if keeping == nil { keeping = Task { await keepAlive() } }
            return new
        }

        private var clientID: String {
            configuration.clientID ?? "guestwatch-\(context.host.name)-\(context.name)"
        }

        private func password() throws(DeliveryError) -> String? {
            guard let reference = configuration.password else { return nil }
            do throws(SecretError) {
                return try context.secrets.read(reference)
            } catch {
                throw .held(reason: error.description)
            }
        }

        /// Lets the library say that we are still there, between deliveries.
        private func keepAlive() async {
            while !Task.isCancelled {
                let pause = configuration.keepalive / Self.looksPerKeepalive
                guard (try? await context.clock.sleep(pause)) != nil else { break }
                if let connection, !connection.keepAlive() { self.connection = nil }
            }
            keeping = nil
        }
    }
#endif
