#if Kafka
    import EventModel

    /// Translates Kafka messages into events: CloudEvents 1.0 in structured or binary mode, as the Kafka protocol
    /// binding has them.
    ///
    /// An event of ours keeps its id and source, and so stays the same event. A CloudEvent whose type is not ours keeps
    /// them too, and becomes `agent.foreign-event` with its attributes and its data. Any other message becomes
    /// `agent.event-refused`, with the beginning of its text and why; its id is its place in Kafka.
    struct KafkaTranslator {
        /// Of a message that is no event so much is kept. In bytes.
        private static let keptBytes = 4096
        /// What is wrong may quote the message, and is cut here. In characters.
        private static let reasonLength = 500

        /// Names the source of messages that name none.
        let source: String

        /// The event of a message.
        func event(of message: KafkaMessage) -> Event {
            do {
                if message.isCut { throw EventDecodingError("longer than maxEvent") }
                let attributes = try attributes(of: message)
                do {
                    return try EventDecoder.decode(attributes).event
                } catch {
                    guard let foreign = foreign(attributes, message, problem: error) else { throw error }
                    return foreign
                }
            } catch {
                return refused(message, problem: "\(error)")
            }
        }

        /// All of an event as one JSON object, whichever mode it came in.
        private func attributes(of message: KafkaMessage) throws(EventDecodingError) -> JSONValue {
            let contentType = message.header("content-type") ?? ""
            if message.header("ce_specversion") != nil, !contentType.hasPrefix("application/cloudevents") {
                return try binary(message, contentType)
            }
            return try json(message.value)
        }

        private func binary(_ message: KafkaMessage, _ contentType: String) throws(EventDecodingError) -> JSONValue {
            var members: [JSONValue.Member] = []
            for header in message.headers where header.name.hasPrefix("ce_") {
                let name = String(header.name.dropFirst(3))
                guard !members.contains(where: { $0.name == name }) else {
                    throw EventDecodingError("the header \"\(header.name)\" is given twice")
                }
                members.append(.init(name, .string(header.value)))
            }
            if !message.value.isEmpty {
                let isJSON =
                    contentType.isEmpty || contentType.hasPrefix("application/json") || contentType.contains("+json")
                members.append(.init("data", isJSON ? try json(message.value) : .string(text(message.value))))
            }
            return .object(members)
        }

        private func json(_ bytes: [UInt8]) throws(EventDecodingError) -> JSONValue {
            do {
                return try JSONDocument(bytes).root.value
            } catch {
                throw EventDecodingError("not JSON: \(error)")
            }
        }

        /// A CloudEvent that is not one of ours, or is one in a shape we do not read; nil when it is no CloudEvent.
        private func foreign(_ value: JSONValue, _ message: KafkaMessage, problem: EventDecodingError) -> Event? {
            guard value["specversion"]?.string == "1.0", let id = value["id"]?.string, !id.isEmpty,
                let source = value["source"]?.string, !source.isEmpty, let type = value["type"]?.string, !type.isEmpty
            else { return nil }
            let time = value["time"]?.string.flatMap { Timestamp(rfc3339: $0) } ?? message.time
            return Event(
                id: id, source: source, type: "agent.foreign-event", time: time,
                data: JSONText([
                    "message": .string(
                        "an event of another kind, \"\(type.prefix(Self.reasonLength))\": "
                            + "\(problem.description.prefix(Self.reasonLength))"),
                    "event": value,
                ]))
        }

        private func refused(_ message: KafkaMessage, problem: String) -> Event {
            let (partition, offset) = (message.partition, message.offset)
            let headers = message.headers.map { JSONValue.array([.string($0.name), .string($0.value)]) }
            return Event(
                id: "\(partition.topic)/\(partition.number)/\(offset)", source: source, type: "agent.event-refused",
                time: message.time, severity: .warning,
                data: JSONText([
                    "message": .string(
                        "offset \(offset) of \(name(of: partition)) is no event: \(problem.prefix(Self.reasonLength))"),
                    "topic": .string(partition.topic), "partition": .number("\(partition.number)"),
                    "offset": .number("\(offset)"), "headers": .array(headers),
                    "text": .string(text(message.value.prefix(Self.keptBytes))),
                ]))
        }

        /// What Kafka let go, or that a topic was made anew, is told as an event; nil when there is nothing to tell.
        func gap(_ start: KafkaPlaces.Start, of partition: KafkaPartition, at time: Timestamp) -> Event? {
            let sentence: String
            if let lost = start.lost {
                sentence =
                    "Kafka kept no offsets \(lost.lowerBound) to \(lost.upperBound - 1) any more: they were not read"
            } else if start.isAnew {
                sentence =
                    "it ends before the place that was read up to: it was made anew, and is read from its beginning"
            } else {
                return nil
            }
            let place = start.lost.map { "\($0.lowerBound)-\($0.upperBound)" } ?? time.rfc3339
            return Event(
                id: "gap/\(partition.topic)/\(partition.number)/\(place)", source: source, type: "agent.collector-gap",
                time: time, severity: .error,
                data: JSONText([
                    "message": .string("\(name(of: partition)): \(sentence)"), "topic": .string(partition.topic),
                    "partition": .number("\(partition.number)"), "offset": .number("\(start.offset)"),
                    "lost": .number("\(start.lost.map { $0.upperBound - $0.lowerBound } ?? 0)"),
                ]))
        }

        private func name(of partition: KafkaPartition) -> String {
            "partition \(partition.number) of \"\(partition.topic)\""
        }

        private func text(_ bytes: some Sequence<UInt8>) -> String {
            String(decoding: Array(bytes), as: UTF8.self)
        }
    }
#endif
