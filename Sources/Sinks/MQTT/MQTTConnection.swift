#if MQTT
    import AgentCore
    import CMosquitto

    /// A greeted connection to a broker, and what it owes us.
    final class MQTTConnection {
        /// Why messages cannot be published now.
        struct Failure: Error {
            var error: DeliveryError

            init(_ error: DeliveryError) {
                self.error = error
            }
        }

        /// How long one look for answers lasts at the most: so soon a cancelled task is noticed.
        private static let lookMilliseconds: Int32 = 100

        private let client: MosquittoClient
        private let timeout: Duration
        private let url: Endpoint
        /// How many messages may be on their way.
        var window: Int
        /// Whose acknowledgement is waited for: what the caller calls it, by the number of the message.
        private var awaited: [Int: Int] = [:]
        /// Answered, and not yet taken by the caller.
        private(set) var answers: [(name: Int, answer: MQTTAnswer)] = []

        /// Connects and greets.
        init(_ configuration: MQTTConfiguration, clientID: String, password: String?) throws(DeliveryError) {
            (timeout, url, window) = (configuration.timeout, configuration.url, configuration.inflight)
            guard let client = MosquittoClient(id: clientID, isCleanSession: configuration.session == .zero) else {
                throw .retryable(reason: "the library of MQTT has no memory")
            }
            self.client = client
            client.prepare(isVersion5: configuration.version == .v5, inflight: configuration.inflight)
            if let username = configuration.username { _ = client.authenticate(username: username, password: password) }
            if configuration.url.scheme == "mqtts" {
                let code = client.useTLS(configuration.tls)
                if code != 0 {
                    throw .held(
                        reason:
                            "cannot use the files of \"tls\": \(MosquittoClient.text(code)) \(client.reports.lastError)"
                    )
                }
            }
            try connect(configuration)
            try awaitGreeting(configuration)
        }

        /// Publishes a message; waits for earlier ones where too many are on their way. `name` comes back with the
        /// answer.
        func publish(
            _ message: MQTTEncoder.Message, name: Int, retained: Bool = false,
            _ properties: borrowing MosquittoProperties
        ) throws(Failure) {
            if message.topic.count > MQTTConfiguration.topicBytes {
                answers.append((name, .rejected("its topic of \(message.topic.count) bytes is too long")))
                return
            }
            while awaited.count >= window { try look() }
            switch client.publish(message.payload, to: message.topic, retained: retained, properties) {
            case .number(let number): awaited[number] = name
            case .failed(let code):
                guard let answer = Self.refusal(code) else { throw lost(code) }
                answers.append((name, answer))
            }
        }

        /// Waits until everything is answered; gives the answers.
        func finish() throws(Failure) -> [(name: Int, answer: MQTTAnswer)] {
            while !awaited.isEmpty { try look() }
            defer { answers = [] }
            return answers
        }

        /// Keeps an idle connection alive; false when it is lost.
        func keepAlive() -> Bool {
            client.loop(milliseconds: 0) == 0
        }

        /// Says goodbye.
        func close() {
            client.disconnect()
        }

        /// Reads until something is answered. Throws when nothing is within the timeout.
        private func look() throws(Failure) {
            let deadline = SocketDeadline(after: timeout)
            let before = awaited.count
            while awaited.count == before {
                guard let milliseconds = deadline.milliseconds(atMost: Self.lookMilliseconds) else {
                    throw Failure(.retryable(reason: "\(url) acknowledged nothing within \(timeout)"))
                }
                if Task.isCancelled { throw Failure(.retryable(reason: "the delivery to \(url) was given up")) }
                let code = client.loop(milliseconds: milliseconds)
                collect()
                if code != 0 { throw lost(code) }
            }
        }

        private func collect() {
            for (number, code) in client.reports.acknowledged {
                guard let name = awaited.removeValue(forKey: number) else { continue }
                answers.append((name, MQTTAnswer(acknowledgement: code, MosquittoClient.reason(code))))
            }
            client.reports.acknowledged.removeAll(keepingCapacity: true)
        }

        private func connect(_ configuration: MQTTConfiguration) throws(DeliveryError) {
            // The library waits for as long as the system does: whether anybody answers is asked within our own limit.
            do throws(SocketFailure) {
                _ = try ResolvedAddress.connected(to: url, deadline: SocketDeadline(after: timeout))
            } catch {
                throw error.deliveryError
            }
            let session = configuration.session == .zero ? nil : Int(configuration.session.components.seconds)
            let code = client.connect(
                to: url, keepaliveSeconds: Int(configuration.keepalive.components.seconds),
                sessionSeconds: configuration.version == .v5 ? session : nil)
            if code != 0 { throw lost(code).error }
        }

        private func awaitGreeting(_ configuration: MQTTConfiguration) throws(DeliveryError) {
            let deadline = SocketDeadline(after: timeout)
            while true {
                guard let milliseconds = deadline.milliseconds(atMost: Self.lookMilliseconds) else {
                    throw .retryable(reason: "\(url) did not answer the greeting within \(timeout)")
                }
                if Task.isCancelled { throw .retryable(reason: "the delivery to \(url) was given up") }
                let code = client.loop(milliseconds: milliseconds)
                if let greeting = client.reports.greeting {
                    let text =
                        configuration.version == .v5
                        ? MosquittoClient.reason(greeting) : MosquittoClient.greeting(greeting)
                    switch MQTTAnswer(greeting: greeting, text) {
                    case .taken: return
                    case .held(let reason): throw .held(reason: reason)
                    case .retryable(let reason), .rejected(let reason): throw .retryable(reason: reason)
                    }
                }
                if code != 0 { throw lost(code).error }
            }
        }

        /// Why the connection is gone.
        private func lost(_ code: Int32) -> Failure {
            let logged = client.reports.lastError
            if let farewell = client.reports.farewell, farewell >= 0x80 {
                switch MQTTAnswer(farewell: farewell, MosquittoClient.reason(farewell)) {
                case .held(let reason): return Failure(.held(reason: reason))
                case .rejected(let reason): return Failure(.refused(reason: reason))
                case .retryable(let reason): return Failure(.retryable(reason: reason))
                case .taken: break
                }
            }
            let reason = "the connection to \(url) is lost: \(MosquittoClient.text(code))"
            // The library tells of TLS by its log alone.
            if logged.contains("certificate") || code == Int32(MOSQ_ERR_AUTH.rawValue) {
                return Failure(.held(reason: "\(reason): \(logged)"))
            }
            return Failure(.retryable(reason: logged.isEmpty ? reason : "\(reason): \(logged)"))
        }

        /// What the library refuses by itself, for what the broker said in its greeting; nil where it is not the
        /// message's fault.
        private static func refusal(_ code: Int32) -> MQTTAnswer? {
            let text = MosquittoClient.text(code)
            return switch mosq_err_t(rawValue: code) {
            case MOSQ_ERR_PAYLOAD_SIZE, MOSQ_ERR_OVERSIZE_PACKET, MOSQ_ERR_INVAL, MOSQ_ERR_MALFORMED_UTF8:
                .rejected("it cannot be a message to this broker: \(text)")
            case MOSQ_ERR_QOS_NOT_SUPPORTED, MOSQ_ERR_RETAIN_NOT_SUPPORTED:
                .held("the broker does not offer what this sink needs: \(text)")
            default: nil
            }
        }
    }
#endif
