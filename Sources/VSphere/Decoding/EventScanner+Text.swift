import EventModel

extension EventScanner {
    // SAFETY: see `EventScanner`; ranges of the arena lie below `used`.

    /// Takes text that stands beside members.
    mutating func textAside(_ text: UnsafePointer<UInt8>, _ count: Int) {
        guard aside.count - Int(frames[top].asideStart) + count <= limits.textBytes else {
            return drop("a text is too long")
        }
        aside.appendJSONEscaped(UnsafeBufferPointer(start: text, count: count))
    }

    /// Moves the text written so far aside.
    mutating func moveTextAside(_ frame: UnsafeMutablePointer<Frame>) {
        let start = Int(frame.pointee.textStart)
        aside.append(contentsOf: UnsafeBufferPointer(start: arena.base + start, count: max(0, arena.used - start)))
    }

    /// Decides about the latest run of text aside: white space between members is layout, anything else stays.
    mutating func settleAside(_ frame: UnsafeMutablePointer<Frame>) {
        let mark = Int(frame.pointee.asideMark)
        if mark < aside.count, Self.isLayout(aside[mark...]) { aside.removeSubrange(mark...) }
        frame.pointee.asideMark = asideCount
    }

    /// Writes the text aside as a member.
    mutating func writeAside(_ frame: UnsafeMutablePointer<Frame>) {
        let name =
            switch frame.pointee.textName {
            case .text: known.text
            case .value: known.value
            case .typedValue: known.typedValue
            }
        let text = aside[Int(frame.pointee.asideStart)...]
        if text.contains(where: { $0 >= 0x80 }) { arena.noteNonASCII() }
        let quote = UInt8(ascii: "\"")
        addWrittenMember([quote] + text + [quote], name: name, to: frame)
        aside.removeSubrange(Int(frame.pointee.asideStart)...)
    }

    /// Whether escaped text is white space only.
    private static func isLayout(_ text: ArraySlice<UInt8>) -> Bool {
        var escaped = false
        for byte in text {
            if escaped {
                guard byte == UInt8(ascii: "n") || byte == UInt8(ascii: "t") || byte == UInt8(ascii: "r") else {
                    return false
                }
                escaped = false
            } else if byte == UInt8(ascii: "\\") {
                escaped = true
            } else if byte != UInt8(ascii: " ") {
                return false
            }
        }
        return !escaped
    }

    /// Whether the bare text of a value is the JSON number or boolean of its shape.
    @inline(__always)
    mutating func fitsShape(_ frame: UnsafeMutablePointer<Frame>) -> Bool {
        let text = UnsafePointer(arena.base) + Int(frame.pointee.start)
        let count = max(0, arena.used - Int(frame.pointee.start))
        return switch frame.pointee.shape {
        case .number: true
        case .int: JSONInteger.value(of: text, count, digits: 10).map { Int32(exactly: $0) != nil } ?? false
        case .long: JSONInteger.value(of: text, count, digits: 19) != nil
        case .boolean: Self.isBoolean(text, count)
        default: false
        }
    }

    /// Puts bare text into quotes.
    @inline(never)
    mutating func quote(_ frame: UnsafeMutablePointer<Frame>) {
        let start = Int(frame.pointee.start)
        arena.append(UInt8(ascii: "\""))
        arena.append(UInt8(ascii: "\""))
        guard !arena.overflowed else { return }
        (arena.base + start + 1).update(from: arena.base + start, count: arena.used - start - 2)
        arena.base[start] = UInt8(ascii: "\"")
    }

    @inline(__always)
    private static func isBoolean(_ text: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        let raw = UnsafeRawPointer(text)
        guard count == 4 || count == 5 else { return false }
        let word = UInt32(littleEndian: raw.loadUnaligned(as: UInt32.self))
        // "true" as a word; "fals" and "e".
        return count == 4 ? word == 0x6575_7274 : word == 0x736C_6166 && text[4] == UInt8(ascii: "e")
    }
}

/// Reads integers that are JSON numbers as they stand.
enum JSONInteger {
    // SAFETY: reads `count` bytes from `text`, which the caller vouches for.

    /// The value of a text; nil for leading zeros, a plus sign, white space, or more than `digits` (19 at the most) or
    /// 64 bits.
    @inline(__always)
    static func value(of text: UnsafePointer<UInt8>, _ count: Int, digits: Int) -> Int64? {
        let isNegative = count > 0 && text[0] == UInt8(ascii: "-")
        let start = isNegative ? 1 : 0
        guard count > start, count - start <= digits, text[start] != UInt8(ascii: "0") || count == 1 else { return nil }
        // Nineteen digits fit into 64 bits without a sign.
        var value: UInt64 = 0
        for index in start..<count {
            let digit = text[index] &- 0x30
            guard digit <= 9 else { return nil }
            value = value &* 10 &+ UInt64(digit)
        }
        guard value <= UInt64(Int64.max) + (isNegative ? 1 : 0) else { return nil }
        return isNegative ? Int64(truncatingIfNeeded: 0 &- value) : Int64(truncatingIfNeeded: value)
    }
}
