/// Walks over the members of a JSON object without reading their values: where names and values stand in the text.
///
/// For text that was checked before, as the bodies of entries are; of other text it gives the members up to where it
/// goes wrong.
struct JSONMembers {
    // SAFETY: the bytes are lent for each step; every access is below `end`, which is at most their count.

    /// Where a member stands.
    struct Member {
        /// Between the quotes, as it stands.
        var name: Range<Int>
        /// The whole value, quotes and brackets included.
        var value: Range<Int>
    }

    private let range: Range<Int>
    private var place: Int
    private var separator = UInt8(ascii: "{")

    /// The members of the object that stands there.
    init(in range: Range<Int>) {
        (self.range, place) = (range, range.lowerBound)
    }

    /// The next member; nil after the last, and where there is no object. `text`: the same in every step.
    @inline(__always)
    mutating func next(in text: UnsafeBufferPointer<UInt8>) -> Member? {
        var walk = JSONWalk(text: text, end: min(range.upperBound, text.count), place: place)
        defer { place = walk.place }
        guard walk.skip(separator), let name = walk.skipString(), walk.skip(UInt8(ascii: ":")),
            let value = walk.skipValue()
        else { return nil }
        separator = UInt8(ascii: ",")
        return Member(name: name.lowerBound + 1..<name.upperBound - 1, value: value)
    }
}

/// One step: the bytes, and how far it has come.
private struct JSONWalk {
    let text: UnsafeBufferPointer<UInt8>
    let end: Int
    var place: Int

    private mutating func skipSpace() {
        while place < end, text[place] <= 0x20 { place += 1 }
    }

    mutating func skip(_ byte: UInt8) -> Bool {
        skipSpace()
        guard place < end, text[place] == byte else { return false }
        place += 1
        return true
    }

    /// Steps over a string, quotes included.
    mutating func skipString() -> Range<Int>? {
        let start = place
        guard skip(UInt8(ascii: "\"")) else { return nil }
        let first = place - 1
        while place < end {
            switch text[place] {
            case UInt8(ascii: "\""):
                place += 1
                return first..<place
            case UInt8(ascii: "\\"): place += 2
            default: place += 1
            }
        }
        place = start
        return nil
    }

    mutating func skipValue() -> Range<Int>? {
        skipSpace()
        let start = place
        var depth = 0
        while place < end {
            switch text[place] {
            case UInt8(ascii: "\""):
                guard skipString() != nil else { return nil }
                if depth == 0 { return start..<place }
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                place += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if depth == 0 { return start..<place }
                depth -= 1
                place += 1
                if depth == 0 { return start..<place }
            case UInt8(ascii: ","), 0...0x20:
                if depth == 0 { return start..<place }
                place += 1
            default: place += 1
            }
        }
        return depth == 0 && place > start ? start..<place : nil
    }
}
