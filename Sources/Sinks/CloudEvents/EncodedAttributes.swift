import EventModel

/// Where the attributes of an encoded event stand in its bytes: for sinks that copy them without decoding the event.
struct EncodedAttributes {
    /// One attribute whose value is a string: its name and its text, both without quotes, the text as JSON escapes it.
    struct Attribute {
        var name: ArraySlice<UInt8>
        var text: ArraySlice<UInt8>
    }

    /// More are more than any encoder of ours writes.
    static let most = 64

    /// In the order of the encoding; all but `data`.
    private(set) var list: [Attribute] = []
    /// The JSON of `data`.
    private(set) var data: ArraySlice<UInt8> = []

    /// Nil when the bytes are no event as `EventEncoder` writes one: members that are strings, and `data` the last.
    init?(_ body: ArraySlice<UInt8>) {
        list.reserveCapacity(16)
        var index = body.startIndex
        guard index < body.endIndex, body[index] == UInt8(ascii: "{"), body.last == UInt8(ascii: "}") else {
            return nil
        }
        repeat {
            index += 1
            guard let name = Self.string(in: body, at: &index), index < body.endIndex,
                body[index] == UInt8(ascii: ":")
            else { return nil }
            index += 1
            if name.elementsEqual("data".utf8) {
                data = body[index..<body.endIndex - 1]
                return
            }
            guard list.count < Self.most, let text = Self.string(in: body, at: &index) else { return nil }
            list.append(Attribute(name: name, text: text))
        } while index < body.endIndex && body[index] == UInt8(ascii: ",")
        return nil
    }

    /// The text of an attribute; nil when there is none.
    subscript(_ name: StaticString) -> ArraySlice<UInt8>? {
        list.first { $0.name.count == name.utf8CodeUnitCount && $0.name.elementsEqual(name.description.utf8) }?.text
    }

    /// The string that begins at `index`, which moves behind it.
    static func string(in bytes: ArraySlice<UInt8>, at index: inout Int) -> ArraySlice<UInt8>? {
        guard index < bytes.endIndex, bytes[index] == UInt8(ascii: "\"") else { return nil }
        let start = index + 1
        index = start
        while index < bytes.endIndex {
            switch bytes[index] {
            case UInt8(ascii: "\""):
                index += 1
                return bytes[start..<index - 1]
            case UInt8(ascii: "\\"): index += 2
            default: index += 1
            }
        }
        return nil
    }

    /// The text of a JSON string that stands without its quotes; nil when it is none.
    static func unescaped(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        guard text.contains(UInt8(ascii: "\\")) else { return Array(text) }
        let quoted = [UInt8(ascii: "\"")] + text + [UInt8(ascii: "\"")]
        return (try? JSONDocument(quoted))?.root.value.string.map { Array($0.utf8) }
    }
}
