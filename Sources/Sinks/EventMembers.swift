import EventModel

/// The members of an encoded event, found without decoding it: what a sink copies into keys and headers.
///
/// One walk over the bytes, members in their order. Text that is no JSON object ends the walk early: the bytes come
/// from the journal, and a destination refuses what is wrong with them.
struct EventMembers {
    /// A member: the raw bytes of its name, without quotes, and of its value, a text's without quotes but with escapes.
    struct Member {
        var name: ArraySlice<UInt8>
        var value: ArraySlice<UInt8>
        var isText: Bool

        /// The value of a text, its escapes resolved; of anything else its JSON.
        var text: ArraySlice<UInt8> {
            guard isText, value.contains(UInt8(ascii: "\\")) else { return value }
            let quoted = [UInt8(ascii: "\"")] + value + [UInt8(ascii: "\"")]
            guard let text = try? JSONDocument(quoted).root.value.string else { return value }
            return Array(text.utf8)[...]
        }
    }

    private let bytes: ArraySlice<UInt8>
    private var index: Int

    /// The members of `body`.
    init(_ body: ArraySlice<UInt8>) {
        bytes = body
        index = body.startIndex
    }

    /// The next member; nil after the last.
    mutating func next() -> Member? {
        skip { $0 != UInt8(ascii: "\"") }
        guard index < bytes.endIndex else { return nil }
        let name = string()
        skip { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: ":") }
        guard index < bytes.endIndex else { return nil }
        if bytes[index] == UInt8(ascii: "\"") { return Member(name: name, value: string(), isText: true) }
        let start = index
        skipValue()
        return Member(name: name, value: bytes[start..<index], isText: false)
    }

    /// The text between the quote here and the one that ends it.
    private mutating func string() -> ArraySlice<UInt8> {
        index += 1
        let start = index
        while index < bytes.endIndex, bytes[index] != UInt8(ascii: "\"") {
            index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        let end = min(index, bytes.endIndex)
        index = min(index + 1, bytes.endIndex)
        return bytes[min(start, end)..<end]
    }

    private mutating func skipValue() {
        var depth = 0
        while index < bytes.endIndex {
            switch bytes[index] {
            case UInt8(ascii: "\""):
                _ = string()
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if depth == 0 { return }
                depth -= 1
            case UInt8(ascii: ","): if depth == 0 { return }
            default: break
            }
            index += 1
        }
    }

    private mutating func skip(_ isSkipped: (UInt8) -> Bool) {
        while index < bytes.endIndex, isSkipped(bytes[index]) { index += 1 }
    }
}
