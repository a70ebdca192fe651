/// Writes events as CloudEvents 1.0 JSON in structured mode, one object without line breaks.
///
/// Attributes: `specversion`, `id`, `source`, `type` (with the prefix `guestwatch.`), `time`, `subject` (`<kind>/<id>`
/// of the guest), `datacontenttype`, `data`. Extension attributes, left out where empty: `severity`, `change`,
/// `guestname`, `guesthost`, `related` (see `RelatedObject`), and, once the event has its place in a journal,
/// `sequence` (the CloudEvents sequence extension: 20 digits, so that text order is number order) and `journal` (the
/// instance the sequence counts in).
///
/// An encoder keeps the second it wrote last: for many events use one.
public struct EventEncoder: Sendable {
    /// Room for an ordinary reference, and for the attributes of an ordinary guest.
    private static let (referenceBytes, guestBytes) = (48, 96)
    /// Room for the attributes of an ordinary event.
    public static let attributeBytes = 512

    private var times = TimestampWriter()

    public init() {}

    /// The event as JSON, without a place in a journal.
    public static func encode(_ event: Event) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(event.data.bytes.count + attributeBytes)
        var encoder = EventEncoder()
        encoder.append(event, to: &bytes)
        return bytes
    }

    /// Appends the event as JSON, without a place in a journal.
    public mutating func append(_ event: Event, to bytes: inout [UInt8]) {
        appendHead(of: event, to: &bytes)
        bytes.append(contentsOf: event.data.bytes)
        bytes.append(UInt8(ascii: "}"))
    }

    private mutating func appendHead(of event: Event, to bytes: inout [UInt8]) {
        // Each fragment ends the string before it and begins the next.
        bytes.append(#"{"specversion":"1.0","id":""#)
        bytes.appendJSONEscaped(event.id)
        bytes.append(#"","source":""#)
        bytes.appendJSONEscaped(event.source)
        bytes.append(#"","type":"guestwatch."#)
        bytes.appendJSONEscaped(event.type.rawValue)
        bytes.append(#"","time":""#)
        times.append(event.time, to: &bytes)
        if let guest = event.guest {
            bytes.append(#"",""#)
            bytes.append(contentsOf: guest.attributes)
        }
        bytes.append(#"","severity":""#)
        bytes.append(contentsOf: event.severity.rawValue.utf8)
        if event.change != .none {
            bytes.append(#"","change":""#)
            bytes.append(contentsOf: event.change.rawValue.utf8)
        }
        if !event.related.references.isEmpty {
            bytes.append(#"","related":""#)
            bytes.append(contentsOf: event.related.references)
        }
        bytes.append(#"","datacontenttype":"application/json","data":"#)
    }

    /// Appends an encoded event with its place in a journal put in front of its other attributes.
    public static func append(_ encoded: ArraySlice<UInt8>, sequence: UInt64, journal: String, to bytes: inout [UInt8])
    {
        bytes.append(#"{"sequence":""#)
        bytes.appendTwentyDigits(sequence)
        bytes.append(#"","journal":""#)
        bytes.appendJSONEscaped(journal)
        bytes.append(#"","#)
        bytes.append(contentsOf: encoded.dropFirst())
    }

    /// A sequence as the 20 digits of the `sequence` extension.
    public static func text(of sequence: UInt64) -> String {
        var bytes: [UInt8] = []
        bytes.appendTwentyDigits(sequence)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The attributes of a guest, without the first quote and the last.
    static func attributes(ofGuest kind: Guest.Kind, id: String, name: String?, host: String?) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(guestBytes)
        bytes.append(#"subject":""#)
        bytes.append(contentsOf: kind.rawValue.utf8)
        bytes.append("/")
        bytes.appendJSONEscaped(id)
        if let name {
            bytes.append(#"","guestname":""#)
            bytes.appendJSONEscaped(name)
        }
        if let host {
            bytes.append(#"","guesthost":""#)
            bytes.appendJSONEscaped(host)
        }
        return bytes
    }

    /// The value of the attribute `related`.
    static func references(to objects: [RelatedObject]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(referenceBytes * objects.count)
        for (index, object) in objects.enumerated() {
            if index > 0 { bytes.append(" ") }
            object.appendReference(to: &bytes)
        }
        return bytes
    }
}

extension RelatedObject {
    /// `kind/id` or `kind/id/name`, percent-encoded.
    public var reference: String {
        var bytes: [UInt8] = []
        appendReference(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    fileprivate func appendReference(to bytes: inout [UInt8]) {
        bytes.appendPercentEncoded(kind)
        bytes.append("/")
        bytes.appendPercentEncoded(id)
        if let name {
            bytes.append("/")
            bytes.appendPercentEncoded(name)
        }
    }

    /// Reads a reference; nil when it has not two or three parts or a broken escape.
    public init?(reference: some StringProtocol) {
        let parts = reference.split(separator: "/", omittingEmptySubsequences: false).map { $0.percentDecoded }
        guard (2...3).contains(parts.count), let kind = parts[0], let id = parts[1] else { return nil }
        guard parts.count == 2 || parts[2] != nil else { return nil }
        self.init(kind: kind, id: id, name: parts.count == 3 ? parts[2] : nil)
    }
}

extension [UInt8] {
    /// RFC 3986: everything but unreserved characters escaped.
    fileprivate mutating func appendPercentEncoded(_ text: String) {
        var text = text
        text.withUTF8 { utf8 in
            if utf8.allSatisfy({ $0.isUnreserved }) {
                append(contentsOf: utf8)
                return
            }
            for byte in utf8 {
                if byte.isUnreserved {
                    append(byte)
                } else {
                    append("%")
                    append(Self.hexadecimalDigit(byte >> 4))
                    append(Self.hexadecimalDigit(byte & 15))
                }
            }
        }
    }

    private static func hexadecimalDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
    }
}

extension StringProtocol {
    fileprivate var percentDecoded: String? {
        var bytes: [UInt8] = []
        var rest = utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst()?.hexadecimalValue, let low = rest.popFirst()?.hexadecimalValue else {
                return nil
            }
            bytes.append(high << 4 | low)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}

extension UInt8 {
    fileprivate var hexadecimalValue: UInt8? {
        switch self {
        case 0x30...0x39: self - 0x30
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    /// Letters, digits and `-._~`: a bit for each ASCII character.
    fileprivate var isUnreserved: Bool {
        let bits: UInt64 = self < 64 ? 0x03FF_6000_0000_0000 : self < 128 ? 0x47FF_FFFE_87FF_FFFE : 0
        return bits &>> UInt64(self) & 1 == 1
    }
}
