/// Walks over the attributes of an event as `EventEncoder` writes them: `{"name":"text","name":"text",…,"data":…}`.
///
/// Every step gives nil where the text is written in another way.
package struct WrittenMembers {
    // SAFETY: the bytes are lent to who makes it; every access is below their count.
    private let bytes: UnsafeBufferPointer<UInt8>
    private var place = 0
    private var separator = UInt8(ascii: "{")

    /// The content of a JSON string, without its quotes.
    package struct Text {
        package var bytes: UnsafeBufferPointer<UInt8>
        /// Whether there are escapes: a backslash.
        package var isEscaped: Bool

        init(bytes: UnsafeBufferPointer<UInt8>, isEscaped: Bool) {
            (self.bytes, self.isEscaped) = (bytes, isEscaped)
        }
    }

    /// The members of a whole body.
    package init(_ text: UnsafeBufferPointer<UInt8>) {
        self.bytes = text
    }

    /// The next name, which has no escapes; its value is read next.
    package mutating func name() -> UnsafeBufferPointer<UInt8>? {
        guard place + 1 < bytes.count, bytes[place] == separator, bytes[place + 1] == UInt8(ascii: "\"") else {
            return nil
        }
        place += 2
        separator = UInt8(ascii: ",")
        guard let name = string(), !name.isEscaped, place < bytes.count, bytes[place] == UInt8(ascii: ":") else {
            return nil
        }
        place += 1
        return name.bytes
    }

    /// The value of the name read last, where it is a text.
    package mutating func text() -> Text? {
        guard place < bytes.count, bytes[place] == UInt8(ascii: "\"") else { return nil }
        place += 1
        return string()
    }

    /// Where the value of the name read last stands, if that was the last one: all but the bracket that ends the event.
    package func rest() -> Range<Int>? {
        guard place < bytes.count - 1, bytes[bytes.count - 1] == UInt8(ascii: "}") else { return nil }
        return place..<bytes.count - 1
    }

    /// Steps behind the quote that ends the string which begins here.
    @inline(__always)
    private mutating func string() -> Text? {
        guard let base = bytes.baseAddress else { return nil }
        let (start, source) = (place, UnsafeRawPointer(base))
        var isEscaped = false
        while place < bytes.count {
            if place + 8 <= bytes.count {
                let word = source.loadUnaligned(fromByteOffset: place, as: UInt64.self)
                let found = Self.quotesAndBackslashes(word)
                if found == 0 {
                    place += 8
                    continue
                }
                place += found.trailingZeroBitCount >> 3
            }
            switch bytes[place] {
            case UInt8(ascii: "\""):
                let content = UnsafeBufferPointer(start: base + start, count: place - start)
                place += 1
                return Text(bytes: content, isEscaped: isEscaped)
            case UInt8(ascii: "\\"):
                (isEscaped, place) = (true, place + 2)
            default: place += 1
            }
        }
        return nil
    }

    /// Of eight bytes the quotes and backslashes: of each the highest bit. Only the lowest is certain.
    @inline(__always)
    private static func quotesAndBackslashes(_ word: UInt64) -> UInt64 {
        let (quotes, backslashes) = (word ^ 0x2222_2222_2222_2222, word ^ 0x5C5C_5C5C_5C5C_5C5C)
        let ones: UInt64 = 0x0101_0101_0101_0101
        return ((quotes &- ones) & ~quotes | (backslashes &- ones) & ~backslashes) & 0x8080_8080_8080_8080
    }
}
