package import EventModel

extension LineFields {
    /// The fields as a JSON object, `message` first: the `data` of the line's event. A line that is not UTF-8 stands in
    /// it as `guestwatch.bytes` too, in base64.
    package func json() -> JSONText {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count + Self.frameBytes + 8 * fields.count)
        appendJSON(to: &bytes)
        return JSONText(trusted: bytes[...])
    }

    /// Room for what stands around the text of an ordinary line.
    static let frameBytes = 32

    /// Appends what `json` gives.
    func appendJSON(to bytes: inout [UInt8]) {
        bytes.append(contentsOf: #"{"message":"#.utf8)
        appendString(message, to: &bytes)
        for field in fields where !isOurs(field.name) {
            bytes.append(UInt8(ascii: ","))
            appendString(field.name, to: &bytes)
            bytes.append(UInt8(ascii: ":"))
            switch field.kind {
            case .text: appendString(field.value, to: &bytes)
            case .json: bytes.append(contentsOf: text[field.value])
            }
        }
        if leftOut > 0 {
            bytes.append(contentsOf: #","guestwatch.fieldsLeftOut":"#.utf8)
            bytes.appendDecimal(Int64(leftOut))
        }
        if !isUTF8 {
            bytes.append(contentsOf: #","guestwatch.bytes":""#.utf8)
            appendBase64(of: text[..<end], to: &bytes)
            bytes.append(UInt8(ascii: "\""))
        }
        bytes.append(UInt8(ascii: "}"))
    }

    /// RFC 4648, with padding.
    private func appendBase64(of line: ArraySlice<UInt8>, to bytes: inout [UInt8]) {
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        for start in stride(from: line.startIndex, to: line.endIndex, by: 3) {
            let three = line[start..<min(start + 3, line.endIndex)]
            let value = three.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - three.count))
            for place in 0..<4 {
                let sextet = Int(value >> UInt32(18 - 6 * place)) & 63
                bytes.append(place <= three.count ? letters[sextet] : UInt8(ascii: "="))
            }
        }
    }

    /// Whether we write this member ourselves.
    private func isOurs(_ name: Range<Int>) -> Bool {
        switch name.count {
        case 7: text[name].elementsEqual("message".utf8)
        case 16 where !isUTF8: text[name].elementsEqual("guestwatch.bytes".utf8)
        case 24 where leftOut > 0: text[name].elementsEqual("guestwatch.fieldsLeftOut".utf8)
        default: false
        }
    }

    private func appendString(_ range: Range<Int>, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        if isUTF8 {
            // SAFETY: the pointer is used within the closure, and the range lies within the text, as every range of
            // these fields does.
            text.withUnsafeBufferPointer { bytes.appendJSONEscaped(UnsafeBufferPointer(rebasing: $0[range])) }
        } else {
            // Bytes that are no text become U+FFFD.
            bytes.appendJSONEscaped(string(range))
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
