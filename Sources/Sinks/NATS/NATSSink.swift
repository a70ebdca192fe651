#if NATS
    package import AgentCore
    import EventModel
    import NATSClient
    import Platform

    /// Stores each event as one message of a JetStream stream, exactly once.
    ///
    /// A message's `Nats-Msg-Id` is the event's source and id: within the stream's window of duplicates (two minutes
    /// unless configured) the server leaves out repeats. Beyond it, after a crash or an outage however long, the sink
    /// itself finds what it stored before it stores more (see `NATSReadBack`). What the limits of the stream removed
    /// cannot be found; nor can what another sink or another journal stored.
    ///
    /// A batch is pipelined: every message is sent, and the delivery returns when every one is acknowledged. Works on a
    /// thread of its own; each wait is bounded by `timeout`, a delivery by `NATSPublishing.longest`.
    package actor NATSSink: Sink {
        package typealias Configuration = NATSSinkConfiguration
        package static let kind = "nats"

        /// A connection with what belongs to it.
        private struct Session {
            let link: NATSLink
            let jetStream: JetStream
            let state: JetStream.StreamState
            let publishing: NATSPublishing
        }

        private nonisolated let executor: ThreadExecutor
        private let configuration: NATSSinkConfiguration
        private let context: SinkContext
        private var session: Session?
        private var encoder: NATSEncoder
        private var readBack: NATSReadBack?
        /// Stored for certain, by acknowledgements and by reading back.
        private var stored = StoredSequences()
        /// Whether entries may be stored without our knowing; before the first delivery it may be so from an earlier
        /// life.
        private var isInDoubt = true
        /// When the first delivery began that left any; nil: in an earlier life.
        private var doubtSince: ContinuousClock.Instant?
        /// Whether the last delivery ended well.
        private var isSettled = true
        /// The stream `stored` tells of.
        private var created: String?

        package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

        package init(_ configuration: NATSSinkConfiguration, in context: SinkContext) throws {
            (self.configuration, self.context) = (configuration, context)
            executor = ThreadExecutor(name: "sink-\(context.name)")
            let encoder = NATSEncoder(
                configuration.subject, sink: context.name, journal: context.journal, host: context.host.name)
            self.encoder = encoder
            readBack = configuration.bucket.map {
                NATSReadBack(
                    stream: configuration.stream, pattern: configuration.subject.pattern, bucket: $0,
                    sink: context.name,
                    journal: context.journal, writerPrefix: encoder.writerPrefix)
            }
        }

        deinit {
            executor.stop()
        }

        package func deliver(_ entries: [Entry]) throws(DeliveryError) {
            let outcome: NATSPublishing.Outcome
            do throws(NATSFailure) {
                outcome = try publish(entries)
            } catch {
                session = nil
                throw Self.deliveryError(error)
            }
            for index in outcome.stored { stored.insert(entries[index].sequence) }
            if let failure = outcome.failure {
                if outcome.isCutShort { session = nil }
                throw Self.deliveryError(failure)
            }
            isSettled = true
            if !outcome.rejected.isEmpty {
                let rejected = outcome.rejected.map { (entries[$0.key].sequence, $0.value) }
                throw .partial(rejected: Dictionary(uniqueKeysWithValues: rejected))
            }
        }

        /// Whether a connection stands.
        var isConnected: Bool { session.map { !$0.link.isClosed } ?? false }

        package func stop() {
            session = nil
            executor.stop()
        }

        private func publish(_ entries: [Entry]) throws(NATSFailure) -> NATSPublishing.Outcome {
            let begun = ContinuousClock().now
            let session = try connected()
            if isInDoubt, !serverKnowsRepeats(session.state, at: begun) { try findStored(session) }
            try readBack?.note(session.jetStream, session.state, isSettled: isSettled)
            isSettled = false
            let missing = entries.indices.filter { !stored.contains(entries[$0].sequence) }
            let outcome = session.publishing.publish(entries, missing, with: &encoder)
            if outcome.isCutShort {
                if !isInDoubt { (isInDoubt, doubtSince) = (true, begun) }
            } else if outcome.failure == nil {
                isInDoubt = false
            }
            return outcome
        }

        /// Whether all that is in doubt was sent so lately that the server leaves out its repeats for as long as a
        /// delivery may take.
        private func serverKnowsRepeats(_ state: JetStream.StreamState, at now: ContinuousClock.Instant) -> Bool {
            doubtSince.map { now - $0 + NATSPublishing.longest * 5 / 4 < state.duplicateWindow } ?? false
        }

        /// Reads back what is stored, once for a connection and a doubt.
        private func findStored(_ session: Session) throws(NATSFailure) {
            guard readBack != nil else { return }
            let found = try readBack?.stored(session.jetStream, session.state)
            for range in found?.ranges ?? [] { for sequence in range { stored.insert(sequence) } }
            isInDoubt = false
        }

        /// The session there is, or a new one that knows what was stored before it.
        private func connected() throws(NATSFailure) -> Session {
            if let session, !session.link.isClosed { return session }
            session = nil
            let name = "guestwatch \(context.host.name) \(context.name)"
            let link = try NATSLink(configuration.endpoint, secrets: context.secrets, name: name)
            let jetStream = JetStream(link)
            let state = try foundStream(jetStream)
            if created != state.created { stored = StoredSequences() }
            created = state.created
            try readBack?.begin(jetStream, state, replicas: configuration.create?.replicas ?? 1)
            let publishing = try NATSPublishing(link, stream: configuration.stream, messageLimit: state.messageLimit)
            let session = Session(link: link, jetStream: jetStream, state: state, publishing: publishing)
            self.session = session
            return session
        }

        private func foundStream(_ jetStream: JetStream) throws(NATSFailure) -> JetStream.StreamState {
            let name = configuration.stream
            if let state = try jetStream.stream(name) { return state }
            guard let creation = configuration.create else {
                throw .refused("there is no stream \"\(name)\": make it, or write \"create\": {} to have it made")
            }
            return try jetStream.createStream(name, creation.members(subjects: [configuration.subject.pattern]))
        }

        private static func deliveryError(_ failure: NATSFailure) -> DeliveryError {
            switch failure {
            case .unreachable(let reason): .retryable(reason: reason)
            case .refused(let reason): .held(reason: reason)
            case .answered(_, NATSFailure.Number.streamMismatch, let text):
                .held(reason: "the subject belongs to another stream: \(text)")
            case .answered(let code, _, _) where code == 401 || code == 403: .held(reason: "\(failure)")
            case .answered: .retryable(reason: "\(failure)")
            }
        }
    }

    extension NATSSinkConfiguration.Creation {
        /// As JetStream's API has it; times in nanoseconds.
        fileprivate func members(subjects: [String]) -> [JSONValue.Member] {
            func nanoseconds(_ duration: Duration) -> JSONValue {
                .number(
                    "\(duration.components.seconds * 1_000_000_000 + duration.components.attoseconds / 1_000_000_000)")
            }
            // No age beyond which events are let go may be shorter than the window of duplicates.
            return [
                .init("subjects", .array(subjects.map { .string($0) })), .init("retention", "limits"),
                .init("storage", "file"), .init("discard", "old"), .init("num_replicas", .number("\(replicas)")),
                .init("duplicate_window", nanoseconds(duplicates)), .init("max_age", age.map(nanoseconds) ?? 0),
                .init("max_bytes", .number("\(bytes ?? -1)")), .init("max_msgs", -1), .init("max_consumers", -1),
            ]
        }
    }
#endif
