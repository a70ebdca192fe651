#if NATS
    package import EventModel

    /// JetStream's API over one connection: requests in JSON, each with one answer.
    package struct JetStream {
        package let link: NATSLink

        package init(_ link: NATSLink) {
            self.link = link
        }

        /// A stream at a glance.
        package struct StreamState: Sendable, Hashable {
            /// When it was made, in the server's words: another text is another stream.
            package var created: String
            package var first: UInt64
            package var last: UInt64
            /// The largest message it takes, headers included; nil: any.
            package var messageLimit: Int?
            /// How long it leaves out messages whose `Nats-Msg-Id` it has.
            package var duplicateWindow: Duration
        }

        /// A stored message.
        package struct Stored: Sendable, Hashable {
            package var sequence: UInt64
            package var time: Timestamp
            package var payload: [UInt8]
        }

        /// What a stream knows of itself; nil when there is none of that name.
        package func stream(_ name: String) throws(NATSFailure) -> StreamState? {
            let answer: JSONValue
            do throws(NATSFailure) {
                answer = try ask("STREAM.INFO.\(name)", [:])
            } catch  where error.isAnswer(NATSFailure.Number.streamNotFound) {
                return nil
            }
            return try Self.state(in: answer)
        }

        /// Makes a stream; an equal one may be there already.
        package func createStream(_ name: String, _ configuration: [JSONValue.Member]) throws(NATSFailure)
            -> StreamState
        {
            try Self.state(in: ask("STREAM.CREATE.\(name)", .object([.init("name", .string(name))] + configuration)))
        }

        /// Makes a key-value bucket as other clients of NATS make them; an equal one may be there already.
        package func createBucket(_ name: String, replicas: Int) throws(NATSFailure) {
            _ = try createStream(
                "KV_\(name)",
                [
                    .init("subjects", [.string("$KV.\(name).>")]), .init("retention", "limits"),
                    .init("storage", "file"),
                    .init("discard", "new"), .init("max_msgs_per_subject", 1),
                    .init("num_replicas", .number("\(replicas)")),
                    .init("allow_rollup_hdrs", true), .init("deny_delete", true), .init("allow_direct", true),
                    .init("max_msgs", -1), .init("max_bytes", -1), .init("max_consumers", -1),
                    .init("duplicate_window", 120_000_000_000),
                ])
        }

        /// The last message of a subject; nil when there is none, or no such stream.
        package func last(of subject: String, in stream: String) throws(NATSFailure) -> Stored? {
            do throws(NATSFailure) {
                let answer = try ask("STREAM.MSG.GET.\(stream)", ["last_by_subj": .string(subject)])
                guard let message = answer["message"], let sequence = message["seq"]?.integer,
                    let time = message["time"]?.string.flatMap({ Timestamp(rfc3339: $0) })
                else { throw NATSFailure.unreachable("an answer without a message for \"\(subject)\"") }
                let payload = message["data"]?.string.map { Base64Text.decode($0) } ?? []
                return Stored(sequence: UInt64(clamping: sequence), time: time, payload: payload)
            } catch
                where error.isAnswer(NATSFailure.Number.noMessageFound)
                || error.isAnswer(NATSFailure.Number.streamNotFound)
            {
                return nil
            }
        }

        /// Stores one message and waits for its acknowledgement; gives its sequence. `last`: only if the subject's last
        /// message is that one (0: none).
        package func store(
            _ payload: [UInt8], as subject: String, last: UInt64? = nil
        ) throws(NATSFailure) -> UInt64 {
            let inbox = try NATSInbox(on: link)
            let headers = last.map { [("Nats-Expected-Last-Subject-Sequence", String($0))] } ?? []
            try link.publish(subject, reply: inbox.prefix + ".1", headers: headers, payload: payload)
            let answer = try inbox.next(within: link.timeout) { delivery throws(NATSFailure) in
                if let status = delivery.status {
                    throw NATSFailure.answered(code: status, number: 0, text: "no stream takes \"\(subject)\"")
                }
                return try Self.json(delivery.bytes)
            }
            guard let answer else { throw link.complaint ?? .unreachable("no acknowledgement for \"\(subject)\"") }
            guard let sequence = answer["seq"]?.integer else {
                throw .unreachable("an acknowledgement without a sequence for \"\(subject)\"")
            }
            return UInt64(clamping: sequence)
        }

        /// Makes a consumer; one of the same name and configuration may be there already. Gives its name.
        package func createConsumer(
            in stream: String, durable: String?, _ configuration: [JSONValue.Member]
        ) throws(NATSFailure) -> String {
            let subject = durable.map { "CONSUMER.DURABLE.CREATE.\(stream).\($0)" } ?? "CONSUMER.CREATE.\(stream)"
            let name = durable.map { [JSONValue.Member("durable_name", .string($0))] } ?? []
            let answer = try ask(
                subject, ["stream_name": .string(stream), "config": .object(name + configuration)])
            guard let name = answer["name"]?.string else { throw .unreachable("a consumer without a name") }
            return name
        }

        /// What a consumer was given last; nil when there is no such consumer.
        package func consumer(_ name: String, of stream: String) throws(NATSFailure) -> (
            delivered: UInt64, floor: UInt64
        )? {
            do throws(NATSFailure) {
                let answer = try ask("CONSUMER.INFO.\(stream).\(name)", [:])
                let delivered = answer["delivered"]?["stream_seq"]?.integer ?? 0
                let floor = answer["ack_floor"]?["stream_seq"]?.integer ?? 0
                return (UInt64(clamping: delivered), UInt64(clamping: floor))
            } catch  where error.isAnswer(NATSFailure.Number.consumerNotFound) {
                return nil
            }
        }

        /// Forgets a consumer.
        package func deleteConsumer(_ name: String, of stream: String) throws(NATSFailure) {
            _ = try ask("CONSUMER.DELETE.\(stream).\(name)", [:])
        }

        /// Asks a consumer for its next messages, which come to the inbox. The server says 408 when the time is over,
        /// and 404 at once when `expires` is nil and there is nothing.
        package func pull(
            _ consumer: String, of stream: String, batch: Int, expires: Duration?, bytes: Int? = nil,
            to inbox: NATSInbox
        ) throws(NATSFailure) {
            var request = JSONWriter()
            request.beginObject()
            request.name("batch")
            request.integer(batch)
            if let expires {
                request.name("expires")
                request.integer(expires.wholeMilliseconds * 1_000_000)
            } else {
                request.name("no_wait")
                request.bool(true)
            }
            if let bytes {
                request.name("max_bytes")
                request.integer(bytes)
            }
            request.endObject()
            try link.publish(
                "$JS.API.CONSUMER.MSG.NEXT.\(stream).\(consumer)", reply: inbox.prefix + ".p", payload: request.bytes)
        }

        private func ask(_ method: String, _ request: JSONValue) throws(NATSFailure) -> JSONValue {
            try Self.json(link.request("$JS.API.\(method)", request == [:] ? [] : JSONText(request).bytes.map(\.self)))
        }

        /// An answer; throws what it says went wrong.
        package static func json(_ bytes: [UInt8]) throws(NATSFailure) -> JSONValue {
            guard let answer = try? JSONDocument(bytes).root.value, answer.members != nil else {
                throw .unreachable("the server's answer is no JSON object")
            }
            if let failure = failure(in: answer) { throw failure }
            return answer
        }

        private static func failure(in answer: JSONValue) -> NATSFailure? {
            guard let error = answer["error"], error != .null else { return nil }
            return .answered(
                code: Int(error["code"]?.integer ?? 0), number: Int(error["err_code"]?.integer ?? 0),
                text: NATSLink.cut(error["description"]?.string ?? ""))
        }

        private static func state(in answer: JSONValue) throws(NATSFailure) -> StreamState {
            guard let created = answer["created"]?.string, let state = answer["state"],
                let first = state["first_seq"]?.integer, let last = state["last_seq"]?.integer
            else { throw .unreachable("an answer about a stream without its state") }
            let limit = answer["config"]?["max_msg_size"]?.integer ?? -1
            return StreamState(
                created: created, first: UInt64(clamping: first), last: UInt64(clamping: last),
                messageLimit: limit > 0 ? Int(limit) : nil,
                duplicateWindow: .nanoseconds(answer["config"]?["duplicate_window"]?.integer ?? 0))
        }
    }
#endif
