import EventModel

/// RFC 3339 in UTC with nine digits of a second, always: so that the order of texts is the order of times.
enum FixedTime {
    // SAFETY: the bytes of a text are only read while they are lent.

    /// `2026-11-21T06:18:00`.
    private static let secondLength = 19

    /// The same of the text of a time, written into memory that is used again.
    static func write(_ text: FieldText, _ time: Timestamp, into bytes: inout [UInt8]) {
        bytes.removeAll(keepingCapacity: true)
        let text = text.bytes
        let isOrdinary =
            (secondLength + 1...secondLength + 11).contains(text.count) && text[text.count - 1] == UInt8(ascii: "Z")
            && (text.count == secondLength + 1 || text[secondLength] == UInt8(ascii: "."))
            // A leap second has another name here.
            && text[secondLength - 2] != UInt8(ascii: "6")
        guard isOrdinary else {
            bytes.append(contentsOf: Self.text(of: time).utf8)
            return
        }
        bytes.append(atMost: secondLength + 11) { writer in
            writer.append(UnsafeBufferPointer(rebasing: text.dropLast()))
            if text.count == secondLength + 1 { writer.append(UInt8(ascii: ".")) }
            for _ in max(text.count, secondLength + 2)..<secondLength + 11 { writer.append(UInt8(ascii: "0")) }
            writer.append(UInt8(ascii: "Z"))
        }
    }

    /// `2026-11-21T06:18:00.120000000Z`.
    static func text(of time: Timestamp) -> String {
        let text = time.rfc3339.dropLast()
        let digits = max(0, text.utf8.count - secondLength - 1)
        return text + (digits == 0 ? "." : "") + String(repeating: "0", count: 9 - digits) + "Z"
    }
}
