#if NATS
    import AgentCore
    import EventModel
    import NATSClient

    /// Finds which events this sink has stored already, where the server's own window of duplicates is long over.
    ///
    /// From time to time, before a delivery, the sink notes in a key-value bucket a sequence of the stream that is
    /// older than all whose fate may be unknown. On a new connection the messages after that place are looked at,
    /// headers only, up to where the sink cannot have written any more; those of this sink and journal are known to be
    /// stored. Exact, whatever failed in between and in whatever order.
    struct NATSReadBack {
        /// Names sink, journal and sequence of a message.
        static let header: StaticString = "Guestwatch-Writer"
        private static let headerText = header.description
        /// How often a place is noted, at the most. Cursors are stored in less.
        static let interval = Duration.seconds(10)
        /// Messages of one page.
        private static let page = 2000
        /// For clocks that do not agree on how long something took.
        private static let slack = Duration.seconds(30)

        private let stream: String
        private let pattern: String
        private let bucket: String
        private let subject: String
        private let writerPrefix: String
        /// Everything whose fate may be unknown is stored after it.
        private var after: UInt64 = 0
        /// When the note of an earlier connection was stored, by the server's clock.
        private var noted: Timestamp?
        /// What `after` becomes once every cursor of what was stored before is safe.
        private var candidate: (sequence: UInt64, since: ContinuousClock.Instant)?
        private var lastNote: ContinuousClock.Instant?

        init(stream: String, pattern: String, bucket: String, sink: String, journal: String, writerPrefix: [UInt8]) {
            (self.stream, self.pattern, self.bucket) = (stream, pattern, bucket)
            subject = "$KV.\(bucket).\(NATSName.token(of: sink))-\(journal)"
            self.writerPrefix = String(decoding: writerPrefix, as: UTF8.self)
        }

        /// Begins on a new connection: finds the place noted last, by this life or an earlier one.
        mutating func begin(
            _ jetStream: JetStream, _ state: JetStream.StreamState, replicas: Int
        ) throws(NATSFailure) {
            (candidate, lastNote, after, noted) = (nil, nil, state.last, nil)
            if try jetStream.stream("KV_\(bucket)") == nil { try jetStream.createBucket(bucket, replicas: replicas) }
            guard let note = try jetStream.last(of: subject, in: "KV_\(bucket)"),
                let told = try? JSONDocument(note.payload).root.value, told["created"]?.string == state.created,
                let place = told["after"]?.integer.map({ UInt64(clamping: $0) }), place < state.last
            else { return }
            (after, noted) = (place, note.time)
        }

        /// The sequences this sink has stored since the place noted last.
        func stored(_ jetStream: JetStream, _ state: JetStream.StreamState) throws(NATSFailure) -> StoredSequences {
            guard let noted else { return StoredSequences() }
            let end = noted.advanced(by: Self.interval + NATSPublishing.longest + Self.slack)
            return try scan(jetStream, after: after, through: state.last, until: end)
        }

        /// Notes the place if it is time to, before a delivery. `isSettled`: the delivery before ended well, so that
        /// nothing stored so far will come again once its cursor is stored.
        mutating func note(
            _ jetStream: JetStream, _ state: JetStream.StreamState, isSettled: Bool
        ) throws(NATSFailure) {
            let now = ContinuousClock().now
            if let lastNote, now - lastNote < Self.interval { return }
            if let candidate, now - candidate.since >= Self.interval {
                after = candidate.sequence
                self.candidate = nil
            }
            let text = JSONText(["created": .string(state.created), "after": .number("\(after)")])
            _ = try jetStream.store(Array(text.bytes), as: subject)
            if lastNote != nil, candidate == nil, isSettled, let last = try jetStream.stream(stream)?.last {
                candidate = (last, now)
            }
            lastNote = now
        }

        private func scan(
            _ jetStream: JetStream, after: UInt64, through last: UInt64, until end: Timestamp
        ) throws(NATSFailure) -> StoredSequences {
            let consumer = try jetStream.createConsumer(
                in: stream, durable: nil,
                [
                    .init("deliver_policy", "by_start_sequence"), .init("opt_start_seq", .number("\(after + 1)")),
                    .init("ack_policy", "none"), .init("replay_policy", "instant"), .init("headers_only", true),
                    .init("filter_subject", .string(pattern)), .init("mem_storage", true),
                    .init("inactive_threshold", 10_000_000_000),
                ])
            let inbox = try NATSInbox(on: jetStream.link)
            var found = StoredSequences()
            var isOver = false
            while !isOver {
                try jetStream.pull(consumer, of: stream, batch: Self.page, expires: nil, to: inbox)
                isOver = try scanPage(inbox, jetStream.link.timeout, through: last, until: end, &found)
            }
            try? jetStream.deleteConsumer(consumer, of: stream)
            return found
        }

        /// True when nothing after it can be ours.
        private func scanPage(
            _ inbox: NATSInbox, _ timeout: Duration, through last: UInt64, until end: Timestamp,
            _ found: inout StoredSequences
        ) throws(NATSFailure) -> Bool {
            for _ in 0..<Self.page {
                let message = try inbox.next(within: timeout) { delivery throws(NATSFailure) in
                    (JetStreamPlace(acknowledging: delivery.reply), delivery.header(Self.headerText))
                }
                guard let message else { throw .unreachable("the stream \"\(stream)\" could not be read back in time") }
                // No place: the server has said that there is no more.
                guard let place = message.0 else { return true }
                if let writer = message.1, writer.hasPrefix(writerPrefix),
                    let sequence = UInt64(writer.utf8.dropFirst(writerPrefix.utf8.count).string)
                {
                    found.insert(sequence)
                }
                if place.sequence >= last || place.nanoseconds > end.nanoseconds || place.pending == 0 { return true }
            }
            return false
        }
    }

    extension Substring.UTF8View {
        fileprivate var string: String { String(decoding: self, as: UTF8.self) }
    }
#endif
