package import EventModel

/// Makes a `log.line` event of each line: its text is the message.
///
/// A line that is not UTF-8 has U+FFFD in its message where it is wrong, and all its bytes, in base64, as `bytes`.
package struct PlainLines: Sendable {
    let source: String
    private let collector: String

    package init(host: String, collector: String) {
        (source, self.collector) = ("file://\(host)", collector)
    }

    /// The events of lines of one file, in their order. They share the memory of their data.
    package func translate(_ lines: [FollowedLine]) -> [Event] {
        guard let first = lines.first else { return [] }
        let name = "\(collector)/\(first.identity)"
        var ending = Array(#","path":"#.utf8)
        ending.appendJSONString(first.path)
        var (bytes, ends): ([UInt8], [Int]) = ([], [])
        bytes.reserveCapacity(lines.reduce(0) { $0 + $1.bytes.count + ending.count + 32 })
        ends.reserveCapacity(lines.count)
        for line in lines {
            bytes.append(contentsOf: #"{"message":""#.utf8)
            append(line.bytes, to: &bytes)
            bytes.append(contentsOf: ending)
            bytes.append(contentsOf: line.isTruncated ? #","truncated":true}"#.utf8 : "}".utf8)
            ends.append(bytes.count)
        }
        var start = 0
        return zip(lines, ends).map { line, end in
            defer { start = end }
            return Event(
                id: LineBytes.text(name, line.offset), source: source, type: "log.line", time: line.readAt,
                data: JSONText(trusted: bytes[start..<end]))
        }
    }

    /// The text and the quote behind it.
    private func append(_ line: ArraySlice<UInt8>, to bytes: inout [UInt8]) {
        // SAFETY: the buffer is only used within the closure, and holds UTF-8: ASCII, or checked.
        let isASCII = line.withUnsafeBufferPointer { buffer in
            var all: UInt8 = 0
            for byte in buffer { all |= byte }
            guard all < 0x80 || String(validating: buffer, as: UTF8.self) != nil else { return false }
            bytes.appendJSONEscaped(buffer)
            return true
        }
        if isASCII {
            bytes.append(UInt8(ascii: "\""))
        } else {
            bytes.appendJSONEscaped(String(decoding: line, as: UTF8.self))
            bytes.append(contentsOf: #"","bytes":""#.utf8)
            bytes.append(base64: line)
            bytes.append(UInt8(ascii: "\""))
        }
    }
}

extension [UInt8] {
    /// Appends bytes in base64 (RFC 4648, with padding).
    fileprivate mutating func append(base64 bytes: ArraySlice<UInt8>) {
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var rest = bytes
        while !rest.isEmpty {
            let three = rest.prefix(3)
            rest = rest.dropFirst(3)
            let value = three.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - three.count))
            for place in 0..<4 {
                let sextet = Int(value >> UInt32(18 - 6 * place)) & 63
                append(place <= three.count ? letters[sextet] : UInt8(ascii: "="))
            }
        }
    }
}
