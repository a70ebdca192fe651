import AgentCore
import EventModel
import Pipeline

/// How a stream is written: server-sent events (WHATWG HTML) or JSON lines.
enum LiveFormat: String, Sendable, CaseIterable {
    case serverSentEvents = "text/event-stream"
    case jsonLines = "application/x-ndjson"

    /// How long a browser waits before it comes back, in milliseconds.
    private static let retry = 2000

    var contentType: String { rawValue }

    /// What stands before everything.
    var preamble: [UInt8] {
        switch self {
        case .serverSentEvents: Array("retry: \(Self.retry)\n\n".utf8)
        case .jsonLines: [UInt8(ascii: "\n")]
        }
    }

    /// Appends an entry. Its JSON has no line breaks.
    func append(_ entry: Entry, journal: String, to bytes: inout [UInt8]) {
        if self == .serverSentEvents { bytes += "id: \(entry.sequence)\ndata: ".utf8 }
        EventEncoder.append(entry.body, sequence: entry.sequence, journal: journal, to: &bytes)
        bytes += (self == .serverSentEvents ? "\n\n" : "\n").utf8
    }

    /// A sign of life; `cursor` where the stream has come further than its last event, so that it is resumed there.
    func heartbeat(cursor: UInt64?) -> [UInt8] {
        switch self {
        case .serverSentEvents: Array("\(cursor.map { "id: \($0)\n" } ?? ""):\n\n".utf8)
        case .jsonLines: [UInt8(ascii: "\n")]
        }
    }

    /// Entries that are missing.
    func gap(_ gap: StreamGap) -> [UInt8] {
        frame("gap") { writer in
            writer.member("from", gap.from)
            writer.member("lowest", gap.lowest)
            writer.member("highest", gap.highest)
        }
    }

    /// The end.
    func end(_ end: StreamEnd) -> [UInt8] {
        frame("end", id: end.resumeAfter) { writer in
            writer.member("reason", end.reason.description)
            writer.member("resumeAfter", end.resumeAfter)
        }
    }

    private func frame(_ name: String, id: UInt64? = nil, _ write: (inout JSONWriter) -> Void) -> [UInt8] {
        var writer = JSONWriter()
        switch self {
        case .serverSentEvents:
            writer.object(write)
            let head = (id.map { "id: \($0)\n" } ?? "") + "event: \(name)\ndata: "
            return Array(head.utf8) + writer.bytes + Array("\n\n".utf8)
        case .jsonLines:
            writer.object { $0.member(name, object: write) }
            return writer.bytes + [UInt8(ascii: "\n")]
        }
    }
}
