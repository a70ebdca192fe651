/// Writes events as CloudEvents 1.0 JSON in structured mode, one object without line breaks.
///
/// Attributes: `specversion`, `id`, `source`, `type` (with the prefix `guestwatch.`), `time`, `subject` (`<kind>/<id>` of the
/// guest), `datacontenttype`, `data`. Extension attributes, left out where empty: `severity`, `change`, `guestname`,
/// `guesthost`, `related` (see `RelatedObject`), and, once the event has its place in a journal, `sequence` (the CloudEvents
/// sequence extension: 20 digits, so that text order is number order) and `journal` (the instance the sequence counts in).
package enum EventEncoder {
    /// The event as JSON, without a place in a journal.
    package static func encode(_ event: Event) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(event.data.bytes.count + 512)
        var writer = JSONWriter(bytes: bytes)
        writer.beginObject()
        writer.member("specversion", "1.0")
        writer.member("id", event.id)
        writer.member("source", event.source)
        writer.name("type")
        writer.string(EventType.cloudEventsPrefix + event.type.rawValue)
        writer.name("time")
        writer.time(event.time)
        if let guest = event.guest {
            writer.member("subject", "\(guest.kind.rawValue)/\(guest.id)")
            if let name = guest.name { writer.member("guestname", name) }
            if let host = guest.host { writer.member("guesthost", host) }
        }
        writer.member("severity", event.severity.rawValue)
        if event.change != .none { writer.member("change", event.change.rawValue) }
        if !event.related.isEmpty { writer.member("related", event.related.map(\.reference).joined(separator: " ")) }
        writer.member("datacontenttype", "application/json")
        writer.name("data")
        writer.text(event.data)
        writer.endObject()
        return writer.bytes
    }

    /// Appends an encoded event with its place in a journal put in front of its other attributes.
    package static func append(_ encoded: [UInt8], sequence: UInt64, journal: String, to bytes: inout [UInt8]) {
        bytes.append(contentsOf: #"{"sequence":""#.utf8)
        bytes.append(contentsOf: Self.text(of: sequence).utf8)
        bytes.append(contentsOf: #"","journal":"#.utf8)
        bytes.appendJSONString(journal)
        bytes.append(UInt8(ascii: ","))
        bytes.append(contentsOf: encoded.dropFirst())
    }

    /// A sequence as the 20 digits of the `sequence` extension.
    package static func text(of sequence: UInt64) -> String {
        let digits = String(sequence)
        return String(repeating: "0", count: 20 - digits.utf8.count) + digits
    }
}

extension JSONWriter {
    fileprivate mutating func member(_ name: String, _ value: String) {
        self.name(name)
        string(value)
    }
}

extension RelatedObject {
    /// `kind/id` or `kind/id/name`, percent-encoded.
    package var reference: String {
        let parts = [kind, id] + (name.map { [$0] } ?? [])
        return parts.map(\.percentEncoded).joined(separator: "/")
    }

    /// Reads a reference; nil when it has not two or three parts or a broken escape.
    package init?(reference: some StringProtocol) {
        let parts = reference.split(separator: "/", omittingEmptySubsequences: false).map { $0.percentDecoded }
        guard (2...3).contains(parts.count), let kind = parts[0], let id = parts[1] else { return nil }
        guard parts.count == 2 || parts[2] != nil else { return nil }
        self.init(kind: kind, id: id, name: parts.count == 3 ? parts[2] : nil)
    }
}

extension StringProtocol {
    /// RFC 3986: everything but unreserved characters escaped.
    fileprivate var percentEncoded: String {
        if utf8.allSatisfy(\.isUnreserved) { return String(self) }
        var bytes: [UInt8] = []
        for byte in utf8 {
            if byte.isUnreserved {
                bytes.append(byte)
            } else {
                let digits = String(byte, radix: 16, uppercase: true)
                bytes.append(contentsOf: (digits.utf8.count == 1 ? "%0" : "%").utf8)
                bytes.append(contentsOf: digits.utf8)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    fileprivate var percentDecoded: String? {
        var bytes: [UInt8] = []
        var rest = utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard rest.count >= 2, let code = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) else {
                return nil
            }
            rest.removeFirst(2)
            bytes.append(code)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}

extension UInt8 {
    fileprivate var isUnreserved: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), 0x30...0x39: true
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"): true
        default: false
        }
    }
}
