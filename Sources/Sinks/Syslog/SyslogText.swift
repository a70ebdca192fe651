/// Text in the parts of RFC 5424.
enum SyslogText {
    /// Text of a header field: what is no printable ASCII becomes `_`, what is too long is cut, nothing becomes `-`.
    static func appendHeader(_ text: some Sequence<UInt8>, limit: Int, to bytes: inout [UInt8]) {
        let start = bytes.count
        for byte in text.prefix(limit) { bytes.append((0x21...0x7E).contains(byte) ? byte : UInt8(ascii: "_")) }
        if bytes.count == start { bytes.append(UInt8(ascii: "-")) }
    }

    /// ` name="value"`: control characters as visible escapes, the three special characters behind a backslash.
    static func appendParameter(_ name: String, _ member: EventMembers.Member, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: " "))
        bytes.append(contentsOf: name.utf8)
        bytes.append(contentsOf: #"=""#.utf8)
        if isPlain(member.value) {
            bytes.append(contentsOf: member.value)
        } else {
            var harmless: [UInt8] = []
            HarmlessText.append(String(decoding: member.text, as: UTF8.self), to: &harmless)
            for byte in harmless {
                if isSpecial(byte) { bytes.append(UInt8(ascii: "\\")) }
                bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// RFC 3339 with six digits of a second at the most.
    static func appendTime(_ time: ArraySlice<UInt8>, to bytes: inout [UInt8]) {
        guard let dot = time.firstIndex(of: UInt8(ascii: ".")) else {
            appendHeader(time, limit: 32, to: &bytes)
            return
        }
        let digits = time[(dot + 1)...].prefix { (0x30...0x39).contains($0) }
        bytes.append(contentsOf: time[..<dot])
        bytes.append(UInt8(ascii: "."))
        bytes.append(contentsOf: digits.prefix(6))
        bytes.append(contentsOf: time[digits.endIndex...])
    }

    /// Makes what is JSON harmless in place: DEL and the controls of Latin-1 become escapes, a tab between values a
    /// space. Other control characters JSON has escaped already.
    static func makeHarmless(_ json: inout [UInt8], from start: Int) {
        var suspects: UInt8 = 0
        for byte in json[start...] {
            suspects |= (byte < 0x20 ? 1 : 0) | (byte == 0x7F ? 1 : 0) | (byte == 0xC2 ? 1 : 0)
        }
        if suspects == 0 { return }
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

    private static func isPlain(_ value: ArraySlice<UInt8>) -> Bool {
        value.allSatisfy { (0x20...0x7E).contains($0) && !isSpecial($0) }
    }

    private static func isSpecial(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte == UInt8(ascii: "]")
    }
}
