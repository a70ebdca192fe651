import AgentCore
import EventModel
import HTTPClient

/// Writes entries as HTTP messages by the CloudEvents HTTP binding 1.0.
struct WebhookEncoder {
    /// The attributes with a name of their own; values are text of at most this many bytes in binary mode, as servers
    /// refuse heads that are longer than a few of them.
    static let longestHeader = 8 << 10
    /// Room for those of an ordinary event.
    private static let usualHeaders = 16

    private let journal: String
    private let framing: EventFraming

    init(journal: String) {
        self.journal = journal
        framing = EventFraming(journal: journal)
    }

    /// All entries as one list.
    func batched(_ entries: [Entry]) -> HTTPMessage {
        var bytes: [UInt8] = []
        bytes.append(atMost: framing.length(of: entries) + entries.count + 2) { writer in
            let entries = entries.span
            for place in entries.indices {
                writer.append(UInt8(ascii: place == 0 ? "[" : ","))
                framing.append(entries[place], to: &writer)
            }
            writer.append(UInt8(ascii: "]"))
        }
        return HTTPMessage(headers: ["Content-Type": "application/cloudevents-batch+json; charset=UTF-8"], body: bytes)
    }

    /// One entry as JSON.
    func structured(_ entry: Entry) -> HTTPMessage {
        var bytes: [UInt8] = []
        bytes.append(atMost: framing.length(of: entry)) { framing.append(entry, to: &$0) }
        return HTTPMessage(headers: ["Content-Type": "application/cloudevents+json; charset=UTF-8"], body: bytes)
    }

    /// One entry as headers and data; nil when its bytes are no event, or an attribute is too long for a header.
    func binary(_ entry: Entry) -> HTTPMessage? {
        var headers: HTTPHeaders = [:]
        headers.fields.reserveCapacity(Self.usualHeaders)
        headers.fields.append(.init("Content-Type", "application/json"))
        headers.fields.append(.init("ce-sequence", EventEncoder.text(of: entry.sequence)))
        headers.fields.append(.init("ce-journal", Self.headerValue(journal.utf8)))
        var members = EventMembers(entry.body)
        while let attribute = members.next() {
            if attribute.isNamed("data") { return HTTPMessage(headers: headers, body: Array(attribute.value)) }
            guard attribute.isText else { return nil }
            if attribute.isNamed("datacontenttype") {
                headers["Content-Type"] = String(decoding: attribute.text, as: UTF8.self)
                continue
            }
            let value = Self.headerValue(attribute.text)
            if value.utf8.count > Self.longestHeader { return nil }
            headers.fields.append(.init("ce-" + String(decoding: attribute.name, as: UTF8.self), value))
        }
        return nil
    }

    /// Percent-encodes what section 3.1.3.2 of the binding names: blanks, `"`, `%`, and all that is not printable
    /// ASCII, as UTF-8.
    static func headerValue(_ text: some Collection<UInt8>) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        for byte in text {
            if byte > 0x20, byte < 0x7F, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "%") {
                bytes.append(byte)
            } else {
                bytes.append(UInt8(ascii: "%"))
                bytes.append(hexadecimalDigits[Int(byte >> 4)])
                bytes.append(hexadecimalDigits[Int(byte & 15)])
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static let hexadecimalDigits = Array("0123456789ABCDEF".utf8)
}
