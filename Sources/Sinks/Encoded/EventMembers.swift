import EventModel

/// The members of an encoded event, found without decoding it: what a sink copies into keys and headers. They share the
/// event's memory; `EventFields` lends them where not even that may cost.
///
/// One walk over the bytes, members in their order: the attributes first, `data` last, as `EventEncoder` writes them.
/// Text that is no JSON object ends the walk early: the bytes come from the journal, and a destination refuses what is
/// wrong with them.
struct EventMembers {
    // SAFETY: the bytes of the event are lent to one step of the walk at a time.

    /// A member: the raw bytes of its name, without quotes, and of its value, a text's without quotes but with escapes.
    struct Member {
        var name: ArraySlice<UInt8>
        var value: ArraySlice<UInt8>
        var isText: Bool

        /// The value of a text, its escapes resolved; of anything else its JSON.
        var text: ArraySlice<UInt8> { isText ? EventMembers.unescaped(value) : value }

        /// Whether it is called so.
        func isNamed(_ name: StaticString) -> Bool {
            self.name.count == name.utf8CodeUnitCount
                && name.withUTF8Buffer { self.name.elementsEqual($0) }
        }
    }

    private let bytes: ArraySlice<UInt8>
    private var walk: JSONMembers

    /// The members of `body`.
    init(_ body: ArraySlice<UInt8>) {
        bytes = body
        walk = JSONMembers(in: 0..<body.count)
    }

    /// The next member; nil after the last.
    mutating func next() -> Member? {
        let bytes = bytes
        return bytes.withUnsafeBufferPointer { Self.next(&walk, $0, of: bytes) }
    }

    private static func next(
        _ walk: inout JSONMembers, _ text: UnsafeBufferPointer<UInt8>, of bytes: ArraySlice<UInt8>
    ) -> Member? {
        guard let found = walk.next(in: text) else { return nil }
        let start = bytes.startIndex
        let isText = text[found.value.lowerBound] == UInt8(ascii: "\"") && found.value.count >= 2
        let quote = isText ? 1 : 0
        return Member(
            name: bytes[start + found.name.lowerBound..<start + found.name.upperBound],
            value: bytes[start + found.value.lowerBound + quote..<start + found.value.upperBound - quote],
            isText: isText)
    }

    /// The first attribute of that name whose value is a text, escapes and all; `data` ends the search.
    subscript(_ name: StaticString) -> ArraySlice<UInt8>? {
        var members = EventMembers(bytes)
        while let member = members.next(), !member.isNamed("data") {
            if member.isNamed(name) { return member.isText ? member.value : nil }
        }
        return nil
    }

    /// The JSON of `data`; empty where there is none.
    var data: ArraySlice<UInt8> {
        var members = EventMembers(bytes)
        while let member = members.next() {
            if member.isNamed("data") { return member.value }
        }
        return []
    }

    /// What a JSON string says that stands without its quotes.
    static func unescaped(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard text.contains(UInt8(ascii: "\\")) else { return text }
        var plain: [UInt8] = []
        plain.reserveCapacity(text.count)
        text.withUnsafeBufferPointer { FieldText(escaped: $0).appendPlain(to: &plain) }
        return plain[...]
    }
}
