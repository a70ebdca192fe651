import AgentCore
import EventModel
import HTTPClient

/// Writes entries as the lines of a `_bulk` request: `create` with an `_id` made of the event's source and id.
struct ElasticsearchEncoder {
    /// What Elasticsearch takes for an `_id`, in bytes.
    static let longestID = 512

    private let journal: String

    init(journal: String) {
        self.journal = journal
    }

    /// Appends the two lines of an entry; false when its bytes are no event.
    func append(_ entry: Entry, to bytes: inout [UInt8]) -> Bool {
        let members = EventMembers(entry.body)
        guard let time = members["time"], let identity = Self.identity(members) else { return false }
        bytes += #"{"create":{"_id":""#.utf8
        bytes += identity
        bytes += "\"}}\n{\"@timestamp\":\"".utf8
        bytes += time
        bytes += "\",".utf8
        let start = bytes.count
        EventEncoder.append(entry.body, sequence: entry.sequence, journal: journal, to: &bytes)
        bytes.remove(at: start)
        bytes.append(UInt8(ascii: "\n"))
        return true
    }

    /// `SOURCE ID` as JSON escapes it, or its SHA-256 in hexadecimal where that is longer than an `_id` may be: the
    /// same for the same event, whichever agent read it.
    static func identity(_ members: EventMembers) -> [UInt8]? {
        guard let source = members["source"], let id = members["id"] else { return nil }
        let identity = Array(source) + [UInt8(ascii: " ")] + id
        if identity.count <= longestID { return identity }
        return MessageDigest.sha256(identity)?.flatMap { byte in
            [hexadecimalDigits[Int(byte >> 4)], hexadecimalDigits[Int(byte & 15)]]
        }
    }

    private static let hexadecimalDigits = Array("0123456789abcdef".utf8)
}
