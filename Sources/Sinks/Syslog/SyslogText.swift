/// Text in the parts of RFC 5424.
enum SyslogText {
    // SAFETY: buffers are only read within the call that lends them.

    /// Text of a header field: what is no printable ASCII becomes `_`, what is too long is cut, nothing becomes `-`.
    static func appendHeader(_ text: some Sequence<UInt8>, limit: Int, to bytes: inout [UInt8]) {
        let start = bytes.count
        for byte in text.prefix(limit) { bytes.append((0x21...0x7E).contains(byte) ? byte : UInt8(ascii: "_")) }
        if bytes.count == start { bytes.append(UInt8(ascii: "-")) }
    }

    /// The same.
    @inline(__always)
    static func appendHeader(_ text: UnsafeBufferPointer<UInt8>, limit: Int, to writer: inout ByteWriter) {
        if text.isEmpty { writer.append(UInt8(ascii: "-")) }
        for place in 0..<min(limit, text.count) {
            writer.append((0x21...0x7E).contains(text[place]) ? text[place] : UInt8(ascii: "_"))
        }
    }

    /// ` name="value"`: control characters as visible escapes, the three special characters behind a backslash.
    /// `before`: the name and the first quote.
    @inline(__always)
    static func appendParameter(_ before: StaticString, _ value: FieldText?, to bytes: inout [UInt8]) {
        guard let value else { return }
        guard isPlain(value.bytes) else { return appendSpecial(before, value, to: &bytes) }
        bytes.append(atMost: before.utf8CodeUnitCount + value.bytes.count + 1) { writer in
            writer.append(text: before)
            writer.append(value.bytes)
            writer.append(UInt8(ascii: "\""))
        }
    }

    private static func appendSpecial(_ before: StaticString, _ value: FieldText, to bytes: inout [UInt8]) {
        bytes.append(text: before)
        var harmless: [UInt8] = []
        HarmlessText.append(value.plain, to: &harmless)
        for byte in harmless {
            if isSpecial(byte) { bytes.append(UInt8(ascii: "\\")) }
            bytes.append(byte)
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// The bytes of a time, as many of its digits as RFC 5424 takes, and what stands behind these.
    struct Time {
        fileprivate var before: UnsafeBufferPointer<UInt8>
        fileprivate var after: UnsafeBufferPointer<UInt8>

        /// Room for all of it, and for what stands for an empty one.
        var count: Int { before.count + after.count + 1 }
    }

    /// RFC 3339 with six digits of a second at the most; nothing for what is no time.
    @inline(__always)
    static func time(_ time: FieldText) -> Time {
        let text = time.bytes
        let none = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
        guard isPlain(text) else { return Time(before: none, after: none) }
        guard let dot = text.firstIndex(of: UInt8(ascii: ".")) else {
            return Time(before: UnsafeBufferPointer(rebasing: text.prefix(32)), after: none)
        }
        var end = dot + 1
        while end < text.count, (0x30...0x39).contains(text[end]) { end += 1 }
        return Time(
            before: UnsafeBufferPointer(rebasing: text[..<min(end, dot + 7)]),
            after: UnsafeBufferPointer(rebasing: text[end...]))
    }

    /// Writes a time.
    @inline(__always)
    static func append(_ time: Time, to writer: inout ByteWriter) {
        if time.before.isEmpty { writer.append(UInt8(ascii: "-")) }
        writer.append(time.before)
        writer.append(time.after)
    }

    /// Whether nothing of a JSON text has to be changed by `makeHarmless`.
    @inline(__always)
    static func isHarmless(_ json: UnsafeBufferPointer<UInt8>) -> Bool {
        // Without a branch the compiler makes this loop look at 16 bytes at once.
        var suspects: UInt8 = 0
        for byte in json { suspects |= (byte < 0x20 ? 1 : 0) | (byte == 0x7F ? 1 : 0) | (byte == 0xC2 ? 1 : 0) }
        return suspects == 0
    }

    /// Makes what is JSON harmless in place: DEL and the controls of Latin-1 become escapes, a tab between values a
    /// space. Other control characters JSON has escaped already.
    static func makeHarmless(_ json: inout [UInt8], from start: Int) {
        if json[start...].withUnsafeBufferPointer({ isHarmless($0) }) { return }
        let text = Array(json[start...])
        json.removeSubrange(start...)
        var index = 0
        while index < text.count {
            let byte = text[index]
            index += 1
            if byte < 0x20 {
                json.append(UInt8(ascii: " "))
            } else if byte == 0x7F {
                json.append(contentsOf: #"\u007f"#.utf8)
            } else if byte == 0xC2, index < text.count, (0x80...0x9F).contains(text[index]) {
                json.append(contentsOf: #"\u00"#.utf8)
                json.append(contentsOf: String(text[index], radix: 16).utf8)
                index += 1
            } else {
                json.append(byte)
            }
        }
    }

    /// The longest beginning of at most `limit` bytes that ends with a whole character.
    static func prefix(_ text: [UInt8], limit: Int) -> ArraySlice<UInt8> {
        guard text.count > limit else { return text[...] }
        var end = max(0, limit)
        while end > 0, text[end] & 0xC0 == 0x80 { end -= 1 }
        return text[..<end]
    }

    @inline(__always)
    private static func isPlain(_ value: UnsafeBufferPointer<UInt8>) -> Bool {
        var suspects: UInt8 = 0
        for byte in value { suspects |= (byte < 0x20 || byte > 0x7E ? 1 : 0) | (isSpecial(byte) ? 1 : 0) }
        return suspects == 0
    }

    @inline(__always)
    private static func isSpecial(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte == UInt8(ascii: "]")
    }
}
