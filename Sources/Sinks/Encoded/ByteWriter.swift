import Glibc

/// Writes bytes one after the other into memory that was reserved for all of them: no buffer is asked for room, made
/// larger or counted for each piece.
struct ByteWriter {
    // SAFETY: lives within the closure of `append(atMost:_:)`, which lends the memory between `place` and `end`; every
    // step checks that what it writes fits.
    private var place: UnsafeMutablePointer<UInt8>
    private let end: UnsafeMutablePointer<UInt8>

    fileprivate init(_ memory: UnsafeMutableBufferPointer<UInt8>, at start: UnsafeMutablePointer<UInt8>) {
        (place, end) = (start, start + memory.count)
    }

    /// How many bytes still fit.
    var room: Int { end - place }

    /// Writes a byte.
    @inline(__always)
    mutating func append(_ byte: UInt8) {
        precondition(place < end)
        place.pointee = byte
        place += 1
    }

    /// Writes bytes as they stand.
    @inline(__always)
    mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
        precondition(bytes.count <= room)
        guard let start = bytes.baseAddress else { return }
        UnsafeMutableRawPointer(place).copyMemory(from: start, byteCount: bytes.count)
        place += bytes.count
    }

    /// Writes bytes as they stand.
    @inline(__always)
    mutating func append(_ bytes: [UInt8]) {
        bytes.withUnsafeBufferPointer { append($0) }
    }

    /// Writes a fragment of the program's own, as it stands.
    @inline(__always)
    mutating func append(text: StaticString) {
        append(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Writes a number as 20 digits, with zeros before it.
    mutating func appendTwentyDigits(_ value: UInt64) {
        appendDigits(of: value, count: 20)
    }

    /// Writes a number in as many digits as it needs.
    mutating func appendDecimal(unsigned value: UInt64) {
        var (rest, count) = (value / 10, 1)
        while rest > 0 { (rest, count) = (rest / 10, count + 1) }
        appendDigits(of: value, count: count)
    }

    /// Writes a number in as many digits as it needs.
    mutating func appendDecimal(_ value: Int64) {
        if value < 0 { append(UInt8(ascii: "-")) }
        appendDecimal(unsigned: value.magnitude)
    }

    /// Writes the last digits of a number, with zeros before it.
    mutating func appendDigits(of value: UInt64, count: Int) {
        precondition(count <= room)
        var (rest, digit) = (value, place + count)
        place = digit
        for _ in 0..<count {
            digit -= 1
            digit.pointee = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
    }

    /// Writes bytes behind a prefix of so many bytes, which is written last and may be made of their number. A prefix
    /// of another length moves them.
    @inline(__always)
    mutating func append(
        behind prefixBytes: Int, _ write: (inout ByteWriter) -> Void, prefix: (Int) -> (UInt64, bytes: Int)
    ) {
        precondition(prefixBytes <= room)
        let start = place
        place += prefixBytes
        write(&self)
        let count = place - start - prefixBytes
        let (word, bytes) = prefix(count)
        precondition(bytes <= 8 && bytes - prefixBytes <= room)
        if bytes != prefixBytes { memmove(start + bytes, start + prefixBytes, count) }
        place = start + bytes + count
        for index in 0..<bytes { start[index] = UInt8(truncatingIfNeeded: word >> (8 * UInt64(index))) }
    }

    /// How many bytes a byte may take in JSON's escapes.
    static let longestEscape = 6

    /// Writes UTF-8 text with JSON's escapes, without quotes. There must be room for as many bytes as it might take.
    mutating func appendJSONEscaped(_ text: UnsafeBufferPointer<UInt8>) {
        precondition(text.count * Self.longestEscape <= room)
        guard let start = text.baseAddress else { return }
        let (source, count) = (UnsafeRawPointer(start), text.count)
        var index = 0
        while index + 8 <= count {
            let word = source.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            // All eight, also those that will be written over: that needs no look at each.
            UnsafeMutableRawPointer(place).storeBytes(of: word, as: UInt64.self)
            let escaped = Self.needingEscapes(word)
            guard escaped != 0 else {
                (index, place) = (index + 8, place + 8)
                continue
            }
            let before = escaped.trailingZeroBitCount >> 3
            (index, place) = (index + before, place + before)
            appendEscape(of: text[index])
            index += 1
        }
        while index < count {
            let byte = text[index]
            if byte < 0x20 || byte == 0x22 || byte == 0x5C { appendEscape(of: byte) } else { append(byte) }
            index += 1
        }
    }

    /// Of eight bytes those JSON escapes: of each the highest bit. Only the lowest is certain.
    @inline(__always)
    private static func needingEscapes(_ word: UInt64) -> UInt64 {
        let (quotes, backslashes) = (word ^ 0x2222_2222_2222_2222, word ^ 0x5C5C_5C5C_5C5C_5C5C)
        let (ones, blanks): (UInt64, UInt64) = (0x0101_0101_0101_0101, 0x2020_2020_2020_2020)
        let found = (quotes &- ones) & ~quotes | (backslashes &- ones) & ~backslashes | (word &- blanks) & ~word
        return found & 0x8080_8080_8080_8080
    }

    @inline(__always)
    private mutating func appendEscape(of byte: UInt8) {
        append(UInt8(ascii: "\\"))
        if byte == 0x22 || byte == 0x5C { return append(byte) }
        switch byte {
        case 0x08: append(UInt8(ascii: "b"))
        case 0x09: append(UInt8(ascii: "t"))
        case 0x0A: append(UInt8(ascii: "n"))
        case 0x0C: append(UInt8(ascii: "f"))
        case 0x0D: append(UInt8(ascii: "r"))
        default:
            append(text: "u00")
            append(Self.hexadecimalDigit(byte >> 4))
            append(Self.hexadecimalDigit(byte & 15))
        }
    }

    private static func hexadecimalDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }

    /// How many bytes were written behind `start`.
    fileprivate func written(behind start: UnsafeMutablePointer<UInt8>) -> Int { place - start }
}

extension [UInt8] {
    // SAFETY: the memory is lent to the closure only, and what it wrote is initialized.

    /// Appends what the closure writes, `room` bytes at the most.
    @inline(__always)
    mutating func append(atMost room: Int, _ write: (inout ByteWriter) -> Void) {
        append(addingCapacity: room) { span in
            span.withUnsafeMutableBufferPointer { memory, count in
                guard let start = memory.baseAddress else { return }
                var writer = ByteWriter(memory, at: start)
                write(&writer)
                count = writer.written(behind: start)
            }
        }
    }
}
