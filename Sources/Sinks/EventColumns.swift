import AgentCore
import EventModel

/// What databases keep beside an event's JSON: its attributes, found in the entry's bytes without reading its `data`.
///
/// The values are UTF-8 without JSON's escapes; those that need no unescaping share the entry's memory.
struct EventColumns {
    /// `id` and `source` together name the event for ever.
    var id: ArraySlice<UInt8> = []
    var source: ArraySlice<UInt8> = []
    var time = Timestamp(nanoseconds: 0)
    /// `vm/vm-41`; nil where the event is about no guest.
    var subject: ArraySlice<UInt8>?
    var guestName: ArraySlice<UInt8>?
    var guestHost: ArraySlice<UInt8>?

    /// Why an entry that has no columns can never be stored.
    static let missing = "the event has no id, source or time that can be read"

    /// Nil when an attribute that names the event is missing: such a body is not ours.
    init?(_ entry: Entry) {
        var rest = entry.body.dropFirst()
        var times: ArraySlice<UInt8>?
        // `EventEncoder` writes the attributes before `data`: the first value that is no string ends the search.
        while let name = Self.string(&rest), rest.popFirst() == UInt8(ascii: ":"), let value = Self.string(&rest) {
            if name.elementsEqual("id".utf8) {
                id = Self.unescaped(value)
            } else if name.elementsEqual("source".utf8) {
                source = Self.unescaped(value)
            } else if name.elementsEqual("time".utf8) {
                times = value
            } else if name.elementsEqual("subject".utf8) {
                subject = Self.unescaped(value)
            } else if name.elementsEqual("guestname".utf8) {
                guestName = Self.unescaped(value)
            } else if name.elementsEqual("guesthost".utf8) {
                guestHost = Self.unescaped(value)
            }
            guard rest.popFirst() == UInt8(ascii: ",") else { break }
        }
        guard !id.isEmpty, !source.isEmpty, let text = times, let time = Timestamp(rfc3339: text) else { return nil }
        self.time = time
    }

    /// Takes a JSON string from the front: what stands between its quotes, escapes and all.
    private static func string(_ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard rest.first == UInt8(ascii: "\"") else { return nil }
        let start = rest.startIndex + 1
        var index = start
        while index < rest.endIndex, rest[index] != UInt8(ascii: "\"") {
            index += rest[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        guard index < rest.endIndex else { return nil }
        defer { rest = rest[(index + 1)...] }
        return rest[start..<index]
    }

    /// Empty for what is no JSON string.
    private static func unescaped(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard text.contains(UInt8(ascii: "\\")) else { return text }
        let quote = [UInt8(ascii: "\"")]
        guard let root = try? JSONDocument(quote + text + quote).root, let value = root.value.string else { return [] }
        return Array(value.utf8)[...]
    }
}
