import AgentCore
import EventModel
import HTTPClient

/// Writes entries as the lines of a `_bulk` request: `create` with an `_id` made of the event's source and id.
struct ElasticsearchEncoder {
    /// What Elasticsearch takes for an `_id`, in bytes.
    static let longestID = 512

    /// What the two lines of an entry take beside itself, its `_id` and its time: fragments.
    private static let bytes = 64
    /// Room for an ordinary `_id` and time.
    private static let usualBytes = 128

    private let framing: EventFraming

    init(journal: String) {
        framing = EventFraming(journal: journal)
    }

    /// The lines of entries, two for each.
    func encode(_ entries: [Entry]) -> EncodedEntries {
        var encoded = EncodedEntries()
        encoded.body.reserveCapacity(framing.length(of: entries) + entries.count * (Self.bytes + Self.usualBytes))
        let entries = entries.span
        for place in entries.indices {
            EventFields.read(entries[place].body) { fields in
                if !append(entries[place], fields, to: &encoded.body) { encoded.unwritten.append(place) }
            }
        }
        return encoded
    }

    @inline(__always)
    private func append(_ entry: Entry, _ fields: EventFields, to bytes: inout [UInt8]) -> Bool {
        let (source, id, time) = (fields.source, fields.id, fields.time)
        if source.isEmpty || id.isEmpty || time.isEmpty { return false }
        let identityBytes = source.bytes.count + 1 + id.bytes.count
        var digest: [UInt8]?
        if identityBytes > Self.longestID {
            guard let made = Self.digest(source, id) else { return false }
            digest = made
        }
        let room = Self.bytes + identityBytes + time.bytes.count + framing.length(of: entry)
        bytes.append(atMost: room) { writer in
            writer.append(text: #"{"create":{"_id":""#)
            if let digest {
                writer.append(digest)
            } else {
                source.appendEscaped(to: &writer)
                writer.append(UInt8(ascii: " "))
                id.appendEscaped(to: &writer)
            }
            writer.append(text: "\"}}\n{\"@timestamp\":\"")
            time.appendEscaped(to: &writer)
            writer.append(text: "\",")
            framing.appendMembers(entry, to: &writer)
            writer.append(UInt8(ascii: "\n"))
        }
        return true
    }

    /// The SHA-256 of `SOURCE ID` as JSON escapes it, in hexadecimal: what stands for one that is longer than an `_id`
    /// may be. The same for the same event, whichever agent read it.
    private static func digest(_ source: FieldText, _ id: FieldText) -> [UInt8]? {
        let identity = Array(source.bytes) + [UInt8(ascii: " ")] + Array(id.bytes)
        return MessageDigest.sha256(identity)?.flatMap { byte in
            [hexadecimalDigits[Int(byte >> 4)], hexadecimalDigits[Int(byte & 15)]]
        }
    }

    private static let hexadecimalDigits = Array("0123456789abcdef".utf8)
}
