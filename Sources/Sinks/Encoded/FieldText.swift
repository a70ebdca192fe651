import EventModel
import Glibc

/// A text on its way from an encoded event, or from the program, into the bytes of a request: nothing is copied in
/// between.
struct FieldText {
    // SAFETY: the bytes are those of a StaticString, which lives as long as the program, or of an event's body, which
    // lives as long as the call of `EventFields.read` this text must not leave.

    /// UTF-8, in JSON's escapes where `isEscaped`.
    let bytes: UnsafeBufferPointer<UInt8>
    /// Whether there are escapes: a backslash.
    let isEscaped: Bool

    /// A text of the program's own, without anything that JSON escapes.
    init(_ text: StaticString) {
        bytes = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        isEscaped = false
    }

    /// The content of a JSON string, without its quotes.
    init(escaped bytes: UnsafeBufferPointer<UInt8>) {
        self.init(bytes, isEscaped: bytes.contains(UInt8(ascii: "\\")))
    }

    /// The content of a JSON string of which is known whether there are escapes.
    init(_ bytes: UnsafeBufferPointer<UInt8>, isEscaped: Bool) {
        (self.bytes, self.isEscaped) = (bytes, isEscaped)
    }

    var isEmpty: Bool { bytes.isEmpty }

    /// A part of a text without escapes.
    func slice(_ range: Range<Int>) -> FieldText {
        let part = UnsafeBufferPointer(rebasing: bytes[range])
        return isEscaped ? FieldText(escaped: part) : FieldText(part, isEscaped: false)
    }

    /// Where the byte stands first.
    func firstIndex(of byte: UInt8) -> Int? { bytes.firstIndex(of: byte) }

    /// Whether it is this text.
    @inline(__always)
    func equals(_ text: StaticString) -> Bool {
        equals(FieldText(text))
    }

    /// Whether it is the same text, escapes and all.
    @inline(__always)
    func equals(_ other: FieldText) -> Bool {
        guard bytes.count == other.bytes.count else { return false }
        guard let start = bytes.baseAddress, let others = other.bytes.baseAddress else { return true }
        return memcmp(start, others, bytes.count) == 0
    }

    /// Appends it as the content of a JSON string.
    func appendEscaped(to output: inout [UInt8]) {
        output.append(contentsOf: bytes)
    }

    /// The text itself.
    var plain: String {
        guard isEscaped else { return String(decoding: bytes, as: UTF8.self) }
        var plain: [UInt8] = []
        appendPlain(to: &plain)
        return String(decoding: plain, as: UTF8.self)
    }

    /// Writes it as the content of a JSON string.
    @inline(__always)
    func appendEscaped(to writer: inout ByteWriter) {
        writer.append(bytes)
    }

    /// Writes the text itself: no longer than it is with escapes.
    @inline(__always)
    func appendPlain(to writer: inout ByteWriter) {
        guard isEscaped else { return writer.append(bytes) }
        var plain: [UInt8] = []
        appendPlain(to: &plain)
        writer.append(plain)
    }

    /// Appends the text itself.
    func appendPlain(to output: inout [UInt8]) {
        guard isEscaped else { return output.append(contentsOf: bytes) }
        var place = 0
        while place < bytes.count {
            guard bytes[place] == UInt8(ascii: "\\"), place + 1 < bytes.count else {
                output.append(bytes[place])
                place += 1
                continue
            }
            place += appendEscape(at: place, to: &output)
        }
    }

    /// Appends what an escape stands for. How many bytes it took.
    private func appendEscape(at place: Int, to output: inout [UInt8]) -> Int {
        switch bytes[place + 1] {
        case UInt8(ascii: "b"): output.append(0x08)
        case UInt8(ascii: "f"): output.append(0x0C)
        case UInt8(ascii: "n"): output.append(0x0A)
        case UInt8(ascii: "r"): output.append(0x0D)
        case UInt8(ascii: "t"): output.append(0x09)
        case UInt8(ascii: "u"): return appendScalar(at: place, to: &output)
        case let byte: output.append(byte)
        }
        return 2
    }

    private func appendScalar(at place: Int, to output: inout [UInt8]) -> Int {
        var code = unit(at: place)
        var length = 6
        if let high = code, (0xD800..<0xDC00).contains(high), let low = unit(at: place + 6),
            (0xDC00..<0xE000).contains(low)
        {
            code = 0x10000 + (high - 0xD800) << 10 + (low - 0xDC00)
            length = 12
        }
        let scalar = code.flatMap { Unicode.Scalar($0) } ?? "\u{FFFD}"
        output.append(contentsOf: String(scalar).utf8)
        return min(length, bytes.count - place)
    }

    /// The number of the `\uXXXX` that stands there.
    private func unit(at place: Int) -> UInt32? {
        guard place + 6 <= bytes.count, bytes[place] == UInt8(ascii: "\\"), bytes[place + 1] == UInt8(ascii: "u") else {
            return nil
        }
        return UInt32(String(decoding: bytes[place + 2..<place + 6], as: UTF8.self), radix: 16)
    }
}

extension [UInt8] {
    /// Appends a fragment of the program's own, as it stands.
    mutating func append(text: StaticString) {
        // SAFETY: the bytes of a StaticString live as long as the program.
        append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }
}
