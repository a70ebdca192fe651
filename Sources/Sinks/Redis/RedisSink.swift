#if Redis
    package import AgentCore
    import Platform

    /// Adds each event to a Redis stream, once, in the order of the sequence.
    ///
    /// An entry of the stream has the fields `type` and `event`, the event's CloudEvents JSON with `sequence` and
    /// `journal`. A script within the server adds a piece of a delivery and moves this sink's cursor, kept beside the
    /// stream in the hash `{stream}:cursors` under `<journal>/<sink>`, in one step: what comes again after a crash or a
    /// lost answer is at or below the cursor, and is left out. So many agents can write to one stream, and another
    /// instance of the journal starts anew. Limits: who removes the hash, restores an older copy of the server's data,
    /// or fails over to a replica that had not got it yet gives up what the hash knew; `replicas` waits for them. What
    /// an agent was told is as safe as the server's own `appendfsync`.
    ///
    /// Redis 5 or later. Refused credentials and missing permissions are held; a full, loading or read-only server is
    /// retryable; where a cluster says that another node has the stream, that one is connected to.
    package actor RedisSink: Sink {
        package typealias Configuration = RedisSinkConfiguration
        package static let kind = "redis"
        /// Repeats are told by the sequence.
        package static let traits = SinkTraits(workers: 1, takesOlderEntries: false)

        /// A delivery follows so many hints to other nodes, and sends the script's text once.
        private static let mostTurns = 4
        /// Redis takes texts of this size whatever its configuration.
        private static let alwaysTakenBytes = 1 << 20
        /// A text too long is refused at once; of one that is not, no answer comes.
        private static let probeTime = Duration.milliseconds(300)

        private let configuration: RedisSinkConfiguration
        private let context: SinkContext
        private nonisolated let executor: ThreadExecutor
        private let encoder: RedisEncoder
        private var connection: RedisConnection?
        /// The node a cluster sent us to.
        private var node: RedisServer?
        /// The script's digest, once the server has told it.
        private var digest: String?

        package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

        package init(_ configuration: RedisSinkConfiguration, in context: SinkContext) throws {
            (self.configuration, self.context) = (configuration, context)
            executor = ThreadExecutor(name: "sink-\(context.name)")
            encoder = RedisEncoder(
                stream: configuration.stream, sink: context.name, journal: context.journal,
                maxLength: configuration.maxLength)
            WriteSignals.ignore()
        }

        deinit {
            executor.stop()
        }

        package func deliver(_ entries: [Entry]) throws(DeliveryError) {
            let deadline = ContinuousClock.now + configuration.timeout
            do {
                try attempt(entries, until: deadline)
            } catch {
                // What a connection that failed half way would still bring belongs to nobody.
                connection = nil
                throw error
            }
        }

        package func stop() {
            connection = nil
            executor.stop()
        }

        private func attempt(_ entries: [Entry], until deadline: ContinuousClock.Instant) throws(DeliveryError) {
            for _ in 1...Self.mostTurns {
                let connection = try open(until: deadline)
                switch try add(entries, by: connection, until: deadline) {
                case nil: return try waitForReplicas(connection, until: deadline)
                case .unknownScript: digest = nil
                case .elsewhere(let server): (node, self.connection) = (server, nil)
                case .error(let error): throw error
                }
            }
            throw .retryable(reason: "sent from node to node \(Self.mostTurns) times")
        }

        /// Adds the entries; nil when all are there.
        private func add(
            _ entries: [Entry], by connection: RedisConnection, until deadline: ContinuousClock.Instant
        ) throws(DeliveryError) -> RedisRefusal? {
            let digest =
                if let known = digest { known } else { try loadScript(connection, until: deadline) }
            let pieces = encoder.pieces(of: entries)
            for piece in pieces { connection.append(encoder.call(digest, of: entries, in: piece)) }
            let answers: [RedisConnection.Reply]
            do {
                answers = try connection.replies(pieces.count, until: deadline)
            } catch {
                try checkSize(of: entries, until: deadline)
                throw .retryable(reason: error.reason)
            }
            for reply in answers {
                switch reply {
                case .number: continue
                case .error(let text): return RedisRefusal(text)
                default: throw .retryable(reason: "the server answers what no Redis answers")
                }
            }
            return nil
        }

        /// Redis closes the connection on a text longer than `proto-max-bulk-len`, and what it says of it is lost when
        /// the rest of the text is still on its way. So it is asked again, without the text.
        private func checkSize(of entries: [Entry], until deadline: ContinuousClock.Instant) throws(DeliveryError) {
            let longest = entries.map(\.body.count).max() ?? 0
            guard longest > Self.alwaysTakenBytes, ContinuousClock.now < deadline else { return }
            connection = nil
            let connection = try open(until: deadline)
            connection.append(RedisEncoder.beginning(ofTextWithBytes: longest))
            let replies = try? connection.replies(1, until: min(deadline, ContinuousClock.now + Self.probeTime))
            self.connection = nil
            guard case .error(let text) = replies?.first, case .error(let error) = RedisRefusal(text) else { return }
            throw error
        }

        /// Has the server keep the script, and tell its digest.
        private func loadScript(
            _ connection: RedisConnection, until deadline: ContinuousClock.Instant
        ) throws(DeliveryError) -> String {
            let reply = try ask(["SCRIPT", "LOAD", RedisScript.text], of: connection, until: deadline)
            guard case .text(let text) = reply, text.utf8.count == 40 else {
                throw .retryable(reason: "the server answers what no Redis answers")
            }
            digest = text
            return text
        }

        private func waitForReplicas(
            _ connection: RedisConnection, until deadline: ContinuousClock.Instant
        ) throws(DeliveryError) {
            guard configuration.replicas > 0 else { return }
            let left = ContinuousClock.now.duration(to: deadline) / 2
            let milliseconds = max(
                1, left.components.seconds * 1000 + left.components.attoseconds / 1_000_000_000_000_000)
            let reply = try ask(
                ["WAIT", "\(configuration.replicas)", "\(milliseconds)"], of: connection, until: deadline)
            guard case .number(let count) = reply, count >= configuration.replicas else {
                throw .retryable(reason: "fewer than \(configuration.replicas) replicas have it")
            }
        }

        /// The connection there is, or a new one, logged in.
        private func open(until deadline: ContinuousClock.Instant) throws(DeliveryError) -> RedisConnection {
            if let connection { return connection }
            let server = node ?? configuration.server
            // A node that is gone may have another successor than itself.
            node = nil
            let left = ContinuousClock.now.duration(to: deadline)
            guard left > .zero else { throw .retryable(reason: "no reply in time") }
            let connection: RedisConnection
            do {
                connection = try RedisConnection(server, timeout: left)
            } catch {
                throw .retryable(reason: error.reason)
            }
            if let password = configuration.password {
                let secret: String
                do {
                    secret = try context.secrets.read(password)
                } catch {
                    throw .held(reason: "\(error)")
                }
                let words = ["AUTH"] + (configuration.username.map { [$0] } ?? []) + [secret]
                _ = try ask(words, of: connection, until: deadline)
            }
            if configuration.database != 0 {
                _ = try ask(["SELECT", "\(configuration.database)"], of: connection, until: deadline)
            }
            self.connection = connection
            return connection
        }

        /// One command and its reply; an error reply is thrown.
        private func ask(
            _ words: [String], of connection: RedisConnection, until deadline: ContinuousClock.Instant
        ) throws(DeliveryError) -> RedisConnection.Reply {
            connection.append(RedisEncoder.command(words))
            let reply = try replies(1, from: connection, until: deadline)[0]
            guard case .error(let text) = reply else { return reply }
            guard case .error(let error) = RedisRefusal(text) else { throw .retryable(reason: text) }
            throw error
        }

        private func replies(
            _ count: Int, from connection: RedisConnection, until deadline: ContinuousClock.Instant
        ) throws(DeliveryError) -> [RedisConnection.Reply] {
            do {
                return try connection.replies(count, until: deadline)
            } catch {
                throw .retryable(reason: error.reason)
            }
        }
    }
#endif
