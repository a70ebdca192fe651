import EventModel

extension EventScanner {
    // SAFETY: see `EventScanner`; ranges of the arena lie below `used`.

    /// Takes text that stands beside members.
    mutating func textAside(_ text: UnsafePointer<UInt8>, _ count: Int) {
        guard aside.count - frames[top].asideStart + count <= limits.textBytes else {
            return drop("a text is too long")
        }
        aside.appendJSONEscaped(UnsafeBufferPointer(start: text, count: count))
    }

    /// Moves the text written so far aside.
    mutating func moveTextAside(_ frame: UnsafeMutablePointer<Frame>) {
        let count = arena.used - frame.pointee.textStart
        aside.append(contentsOf: UnsafeBufferPointer(start: arena.base + frame.pointee.textStart, count: max(0, count)))
    }

    /// Decides about the latest run of text aside: white space between members is layout, anything else stays.
    mutating func settleAside(_ frame: UnsafeMutablePointer<Frame>) {
        if Self.isLayout(aside[frame.pointee.asideMark...]) {
            aside.removeSubrange(frame.pointee.asideMark...)
        }
        frame.pointee.asideMark = aside.count
    }

    /// Writes the text aside as a member.
    mutating func writeAside(_ frame: UnsafeMutablePointer<Frame>) {
        let name =
            switch frame.pointee.textName {
            case .text: known.text
            case .value: known.value
            case .typedValue: known.typedValue
            }
        let text = aside[frame.pointee.asideStart...]
        if text.contains(where: { $0 >= 0x80 }) { arena.noteNonASCII() }
        let quote = UInt8(ascii: "\"")
        addWrittenMember([quote] + text + [quote], name: name, to: frame)
        aside.removeSubrange(frame.pointee.asideStart...)
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

    /// Turns the quoted text of a value into a JSON number or boolean, if it is one of its shape.
    mutating func writeAsShape(_ frame: UnsafeMutablePointer<Frame>) {
        guard !arena.overflowed else { return }
        let start = frame.pointee.start
        let text = UnsafeBufferPointer(start: arena.base + start + 1, count: arena.used - start - 2)
        let fits =
            switch frame.pointee.shape {
            case .int: JSONInteger.value(of: text).map { Int32(exactly: $0) != nil } ?? false
            case .long: JSONInteger.value(of: text) != nil
            case .boolean: text.elementsEqual("true".utf8) || text.elementsEqual("false".utf8)
            default: false
            }
        guard fits else { return }
        (arena.base + start).update(from: arena.base + start + 1, count: text.count)
        arena.used -= 2
    }
}

/// Reads integers that are JSON numbers as they stand.
enum JSONInteger {
    /// The value of a text; nil for leading zeros, a plus sign, white space, or more than 64 bits.
    static func value(of text: UnsafeBufferPointer<UInt8>) -> Int64? {
        // SAFETY: read within the bounds of the buffer.
        var digits = text[...]
        let isNegative = digits.first == UInt8(ascii: "-")
        if isNegative { digits.removeFirst() }
        guard let first = digits.first, digits.count <= 19, first != UInt8(ascii: "0") || digits.count == 1 else {
            return nil
        }
        var value: Int64 = 0
        for digit in digits {
            guard digit >= 0x30, digit <= 0x39 else { return nil }
            let (tens, overflowTens) = value.multipliedReportingOverflow(by: 10)
            let (sum, overflowSum) = tens.subtractingReportingOverflow(Int64(digit - 0x30))
            if overflowTens || overflowSum { return nil }
            value = sum
        }
        if isNegative { return value }
        return value == .min ? nil : -value
    }
}
