import EventModel
import NATSClient

/// A message as it stood in its stream.
struct NATSStreamed: Sendable {
    var subject: String
    var headers: [(name: String, value: String)]
    var payload: [UInt8]
    var place: JetStreamPlace
}

/// Messages → events: pure. An event of ours stays what it is, with its own source and id, so that it is known wherever
/// it comes again; what is none is kept whole as `broker.other`.
struct NATSTranslator: Sendable {
    let stream: String
    /// When the stream was made: part of what names a message for ever.
    let created: String

    /// Names the stream as a source.
    var source: String { "nats:\(stream)" }

    func event(of message: NATSStreamed) -> Event {
        do throws(EventDecodingError) {
            return try EventDecoder.decode(message.payload).event
        } catch {
            return other(message, problem: error.description)
        }
    }

    /// Messages of the stream that nobody can read any more.
    func gap(from first: UInt64, through last: UInt64, at time: Timestamp) -> Event {
        Event(
            id: "gap/\(created)/\(first)/\(last)", source: source, type: "agent.collector-gap", time: time,
            severity: .error,
            data: JSONText([
                "message": .string(
                    "messages \(first) to \(last) of the stream \"\(stream)\" were gone before they were read"),
                "stream": .string(stream), "from": .number("\(first)"), "to": .number("\(last)"),
            ]))
    }

    /// The stream read so far is no more; another has its name.
    func madeAnew(after old: NATSCheckpoint, at time: Timestamp) -> Event {
        Event(
            id: "anew/\(old.created)/\(old.sequence)/\(created)", source: source, type: "agent.collector-gap",
            time: time,
            severity: .error,
            data: JSONText([
                "message": .string(
                    "the stream \"\(stream)\" was made anew or cut: what came after its message \(old.sequence) and "
                        + "was not read is gone; the new one is read from its beginning"),
                "stream": .string(stream), "from": .number("\(old.sequence)"), "oldStream": .string(old.created),
                "newStream": .string(created),
            ]))
    }

    private func other(_ message: NATSStreamed, problem: String) -> Event {
        let foreign = try? JSONDocument(message.payload).root.value
        var data: [JSONValue.Member] = [
            .init("message", .string("a message of the stream \"\(stream)\" is no event of ours: \(problem)")),
            .init("subject", .string(message.subject)), .init("sequence", .number("\(message.place.sequence)")),
            // Pairs: a name may come again.
            .init("headers", .array(message.headers.map { .array([.string($0.name), .string($0.value)]) })),
        ]
        if let foreign {
            data.append(.init("content", foreign))
        } else if let text = String(validating: message.payload, as: UTF8.self) {
            data.append(.init("text", .string(text)))
        } else {
            data.append(.init("base64", .string(Base64Text.encode(message.payload))))
        }
        // A CloudEvent of somebody else keeps its name.
        let isCloudEvent = foreign?["specversion"]?.string == "1.0"
        let name = isCloudEvent ? (foreign?["source"]?.string, foreign?["id"]?.string) : (nil, nil)
        let stored = Timestamp(nanoseconds: message.place.nanoseconds)
        let (source, id): (String, String) =
            if case (let source?, let id?) = name, !source.isEmpty, !id.isEmpty { (source, id) } else {
                (self.source, "message/\(created)/\(message.place.sequence)")
            }
        return Event(
            id: id, source: source, type: "broker.other",
            time: isCloudEvent ? foreign?["time"]?.string.flatMap { Timestamp(rfc3339: $0) } ?? stored : stored,
            data: JSONText(.object(data)))
    }
}
