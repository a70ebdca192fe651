#if NATS
    import AgentCore
    import EventModel
    import Glibc
    import NATSClient

    /// Stores the entries of one delivery: all are sent, so many at once, and each is acknowledged by its own number.
    struct NATSPublishing {
        /// Sent, but not yet acknowledged.
        private static let window = 2048
        /// How long one look for an acknowledgement waits; permissions we lack are seen after it.
        private static let glance = Duration.milliseconds(100)
        /// Of one delivery, however steadily acknowledgements drip. Reading back counts on it.
        static let longest = Duration.seconds(60)

        private let link: NATSLink
        private let inbox: NATSInbox
        private let stream: [UInt8]
        private let sizeLimit: Int
        /// `<prefix>.`
        private let replyPrefix: [UInt8]

        /// What became of the entries; by index.
        struct Outcome {
            var stored: [Int] = []
            /// Will never be taken, and why.
            var rejected: [Int: String] = [:]
            /// The first reason why some are neither.
            var failure: NATSFailure?
            /// Answers may still come, which belong to no later delivery: the connection is of no more use.
            var isCutShort = false
        }

        init(_ link: NATSLink, stream: String, messageLimit: Int?) throws(NATSFailure) {
            self.link = link
            inbox = try NATSInbox(on: link)
            self.stream = Array(stream.utf8) + [0]
            sizeLimit = min(link.payloadLimit, messageLimit ?? .max)
            replyPrefix = Array((inbox.prefix + ".").utf8)
        }

        /// Publishes the entries of these indices.
        func publish(_ entries: [Entry], _ indices: [Int], with encoder: inout NATSEncoder) -> Outcome {
            var outcome = Outcome()
            var waiting = 0
            let clock = ContinuousClock()
            let end = clock.now + Self.longest
            do throws(NATSFailure) {
                for index in indices {
                    encoder.encode(entries[index])
                    guard encoder.size <= sizeLimit else {
                        outcome.rejected[index] =
                            "its \(encoder.size) bytes are more than the \(sizeLimit) the server takes"
                        continue
                    }
                    try send(index, encoder)
                    waiting += 1
                    if waiting >= Self.window {
                        try collect(&waiting, downTo: Self.window / 2, until: end, &outcome)
                        // What follows an entry that was not stored is not sent: order is kept where it can be.
                        if outcome.failure != nil { break }
                    }
                }
                try collect(&waiting, downTo: 0, until: end, &outcome)
            } catch {
                outcome.failure = error
            }
            outcome.isCutShort = waiting > 0
            return outcome
        }

        private func send(_ index: Int, _ encoder: NATSEncoder) throws(NATSFailure) {
            var reply = replyPrefix
            reply.appendDecimal(Int64(index))
            reply.append(0)
            try link.publish(
                subject: encoder.subject, reply: reply,
                headers: [
                    ("Nats-Msg-Id", encoder.messageID), ("Nats-Expected-Stream", stream),
                    (NATSReadBack.header, encoder.writer),
                ], payload: encoder.payload)
        }

        /// Takes acknowledgements until only so many are outstanding.
        private func collect(
            _ waiting: inout Int, downTo rest: Int, until end: ContinuousClock.Instant, _ outcome: inout Outcome
        ) throws(NATSFailure) {
            let clock = ContinuousClock()
            var patience = clock.now + link.timeout
            while waiting > rest {
                let answer = try inbox.next(within: Self.glance) { delivery throws(NATSFailure) in
                    (delivery.number, Self.answer(delivery))
                }
                if let (index, answer) = answer, let index {
                    waiting -= 1
                    Self.note(answer, of: index, in: &outcome)
                    patience = clock.now + link.timeout
                    continue
                }
                if let complaint = link.complaint { throw complaint }
                let now = clock.now
                if now > patience {
                    throw .unreachable("\(waiting) events were not acknowledged within \(link.timeout)")
                }
                if now > end { throw .unreachable("the batch was not acknowledged within \(Self.longest)") }
            }
        }

        /// Nil: stored, now or before.
        private static func answer(_ delivery: NATSDelivery) -> NATSFailure? {
            if let status = delivery.status {
                return .answered(
                    code: status, number: 0, text: "no stream takes the subject, or JetStream is not ready")
            }
            if delivery.withBytes(isPlainAcknowledgement) { return nil }
            do throws(NATSFailure) {
                let answer = try JetStream.json(delivery.bytes)
                return answer["seq"]?.integer == nil ? .unreachable("an acknowledgement without a sequence") : nil
            } catch {
                return error
            }
        }

        /// `{"stream":"…", "seq":…`: what nearly every answer is; the others are read as JSON.
        private static func isPlainAcknowledgement(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
            // SAFETY: compared within the bounds of what is lent.
            let (start, field): (StaticString, StaticString) = (#"{"stream":""#, #""seq":"#)
            let (startBytes, fieldBytes) = (start.utf8CodeUnitCount, field.utf8CodeUnitCount)
            guard (startBytes + fieldBytes..<plainBytes).contains(bytes.count), let base = bytes.baseAddress,
                bytes.last == UInt8(ascii: "}"), memcmp(base, start.utf8Start, startBytes) == 0,
                memchr(base, 0x5C, bytes.count) == nil
            else { return false }
            return (startBytes...bytes.count - fieldBytes).contains { place in
                bytes[place] == UInt8(ascii: "\"") && memcmp(base + place, field.utf8Start, fieldBytes) == 0
            }
        }

        /// An acknowledgement is shorter.
        private static let plainBytes = 400

        private static func note(_ answer: NATSFailure?, of index: Int, in outcome: inout Outcome) {
            guard let answer else { return outcome.stored.append(index) }
            if case .answered(let code, let number, let text) = answer {
                let isRejected =
                    number == NATSFailure.Number.messageTooLarge || (code == 400 && !retried.contains(number))
                if isRejected {
                    outcome.rejected[index] = text
                    return
                }
            }
            outcome.failure = outcome.failure ?? answer
        }

        /// Answered with 400 though another try, or a person, may help: another stream than ours took it; what is
        /// expected of a last message.
        private static let retried = [
            NATSFailure.Number.streamMismatch, NATSFailure.Number.wrongLastSequence, 10003, 10026, 10035, 10039, 10076,
        ]
    }
#endif
