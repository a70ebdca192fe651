public import AgentCore
public import EventModel

extension Entry {
    /// Which of `count` lanes the entry belongs to: the same for all of one guest. What is about no guest is in the
    /// first.
    public func lane(of count: Int) -> Int {
        guard count > 1, let subject = attribute("subject") else { return 0 }
        // FNV-1a: the same in every process, unlike Swift's own hashes.
        let hash = subject.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        return Int((hash ^ (hash >> 32)) % UInt64(count))
    }

    /// When the event happened, by its source's clock; nil where the body does not say.
    public var time: Timestamp? {
        attribute("time").flatMap { Timestamp(rfc3339: String(decoding: $0, as: UTF8.self)) }
    }

    /// The text of an attribute as it stands in the body, escapes and all. `EventEncoder` writes the attributes before
    /// `data`: the first value that is no string ends the search.
    private func attribute(_ name: StaticString) -> ArraySlice<UInt8>? {
        var rest = body.dropFirst()
        while let found = Self.text(&rest), rest.popFirst() == UInt8(ascii: ":"), let value = Self.text(&rest) {
            if found.elementsEqual(name.description.utf8) { return value }
            guard rest.popFirst() == UInt8(ascii: ",") else { return nil }
        }
        return nil
    }

    /// Takes a JSON string from the front.
    private static func text(_ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
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
}
