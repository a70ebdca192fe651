extension [UInt8] {
    /// Appends `text` as it stands: for markup.
    package mutating func append(markup text: String) {
        append(contentsOf: text.utf8)
    }

    /// Appends `text` with `<`, `>`, `&` and `"` replaced by references.
    package mutating func append(escaped text: String) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "<"): append(contentsOf: "&lt;".utf8)
            case UInt8(ascii: ">"): append(contentsOf: "&gt;".utf8)
            case UInt8(ascii: "&"): append(contentsOf: "&amp;".utf8)
            case UInt8(ascii: "\""): append(contentsOf: "&quot;".utf8)
            default: append(byte)
            }
        }
    }

    /// Appends `<name>text</name>`.
    package mutating func append(element name: String, _ text: String) {
        append(markup: "<\(name)>")
        append(escaped: text)
        append(markup: "</\(name)>")
    }
}

extension String {
    /// This text as XML character data.
    package var xmlEscaped: String {
        var bytes: [UInt8] = []
        bytes.append(escaped: self)
        return String(decoding: bytes, as: UTF8.self)
    }
}
