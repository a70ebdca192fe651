#if NATS
    import CNATS
    import Glibc

    /// A subject of our own with all that is sent to it, in order: acknowledgements, pages of a consumer.
    package final class NATSInbox {
        // SAFETY: the subscription is made here and destroyed once, in deinit, before the link it holds; a message
        // lives within `next`, and what `body` is given must not leave it.
        private let subscription: OpaquePointer
        private let link: NATSLink
        /// What replies are sent to is this, a dot and anything.
        package let prefix: String

        /// Subscribes to all below a subject nobody else has.
        package init(on link: NATSLink) throws(NATSFailure) {
            var name: UnsafeMutablePointer<CChar>?
            try NATSLink.check(natsInbox_Create(&name), "an inbox")
            defer { natsInbox_Destroy(name) }
            prefix = name.map { String(cString: $0) } ?? ""
            var subscription: OpaquePointer?
            try NATSLink.check(
                natsConnection_SubscribeSync(&subscription, link.connection, prefix + ".>"), "subscribing to an inbox")
            guard let subscription else { throw .unreachable("subscribing to an inbox") }
            // How much comes is bounded by who asks for it.
            natsSubscription_SetPendingLimits(subscription, -1, -1)
            (self.subscription, self.link) = (subscription, link)
        }

        deinit {
            natsSubscription_Destroy(subscription)
        }

        /// Gives `body` what came next; nil when nothing came in that time.
        package func next<Result>(
            within limit: Duration, _ body: (NATSDelivery) throws(NATSFailure) -> Result
        ) throws(NATSFailure) -> Result? {
            var message: OpaquePointer?
            let status = natsSubscription_NextMsg(&message, subscription, limit.wholeMilliseconds)
            defer { natsMsg_Destroy(message) }
            if status == NATS_TIMEOUT { return nil }
            if status == NATS_NO_RESPONDERS {
                throw .answered(
                    code: 503, number: 0, text: "nobody takes it: no such stream, or JetStream is not ready")
            }
            guard status == NATS_OK, let message else { throw NATSLink.failure(status, "waiting for the server") }
            return try body(NATSDelivery(message: message))
        }
    }

    /// A message as it came; only valid where it was handed out.
    package struct NATSDelivery {
        // SAFETY: the library owns the texts and the payload until the message is destroyed, which happens after the
        // closure this was handed to returned.
        let message: OpaquePointer

        package var subject: String { natsMsg_GetSubject(message).map { String(cString: $0) } ?? "" }
        /// Where an answer goes: of a stream's message, the subject that acknowledges it.
        package var reply: String { natsMsg_GetReply(message).map { String(cString: $0) } ?? "" }

        package var bytes: [UInt8] {
            let count = Int(natsMsg_GetDataLength(message))
            guard count > 0, let data = natsMsg_GetData(message) else { return [] }
            return Array(UnsafeRawBufferPointer(start: data, count: count))
        }

        /// Lends what it says for the time of the closure.
        package func withBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
            let count = Int(natsMsg_GetDataLength(message))
            guard count > 0, let data = natsMsg_GetData(message) else { return body(.init(start: nil, count: 0)) }
            return data.withMemoryRebound(to: UInt8.self, capacity: count) { body(.init(start: $0, count: count)) }
        }

        /// The number after the last dot of the subject it was sent to.
        package var number: Int? {
            guard let subject = natsMsg_GetSubject(message) else { return nil }
            let text = UnsafeBufferPointer(start: subject, count: strlen(subject))
            var (value, place, index) = (0, 1, text.count - 1)
            while index >= 0, text[index] != CChar(UInt8(ascii: ".")) {
                guard (0x30...0x39).contains(text[index]), place <= 1_000_000_000 else { return nil }
                value += Int(text[index] - 0x30) * place
                (place, index) = (place * 10, index - 1)
            }
            return place == 1 ? nil : value
        }

        /// The first value of a header.
        package func header(_ name: String) -> String? {
            var value: UnsafePointer<CChar>?
            guard natsMsgHeader_Get(message, name, &value) == NATS_OK else { return nil }
            return value.map { String(cString: $0) }
        }

        /// All headers, the first value of each, by name.
        package var headers: [(name: String, value: String)] {
            var (names, count): (UnsafeMutablePointer<UnsafePointer<CChar>?>?, Int32) = (nil, 0)
            guard natsMsgHeader_Keys(message, &names, &count) == NATS_OK, let names else { return [] }
            defer { free(names) }
            let found = (0..<Int(count)).compactMap { names[$0].map { String(cString: $0) } }
            return found.sorted().map { ($0, header($0) ?? "") }
        }

        /// What the server says instead of a message: 404 (none), 408 (asked too long ago), 409, 503 (nobody answers).
        package var status: Int? {
            guard natsMsg_GetDataLength(message) == 0 else { return nil }
            return header("Status").flatMap { Int($0) }
        }
    }
#endif
