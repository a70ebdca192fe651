import HTTPClient

/// The bytes hostile answers are made of.
enum HostileBytes {
    /// A well-formed page of somebody else.
    static let page = Array(
        "<html xmlns=\"http://www.w3.org/1999/xhtml\"><body><h1>Sign in</h1><p>to the network</p></body></html>".utf8)
    /// A page as most are: no XML at all.
    static let brokenPage = Array("<!DOCTYPE html><html><body><p>Bad gateway<br>&nbsp;<hr></body>".utf8)
    /// What no XML may hold, and what ends its structure.
    private static let poison: [UInt8] = [0x00, 0x01, 0xFF, UInt8(ascii: "<"), UInt8(ascii: "&")]

    /// The whole answer as it should be.
    static func whole(_ answer: ServedAnswer) -> [UInt8] {
        guard answer.isChunked, !answer.body.isEmpty else {
            return head(answer, "Content-Length: \(answer.body.count)") + answer.body
        }
        let size = Array("\(String(answer.body.count, radix: 16))\r\n".utf8)
        return head(answer, "Transfer-Encoding: chunked") + size + answer.body + Array("\r\n0\r\n\r\n".utf8)
    }

    /// The head of an answer, with a line that says how its body is framed.
    static func head(_ answer: ServedAnswer, _ framing: String) -> [UInt8] {
        var head = "HTTP/1.1 \(answer.response.status) Status\r\n"
        for field in answer.response.headers.fields
        where !["content-length", "transfer-encoding", "connection"].contains(field.name.lowercased()) {
            head += "\(field.name): \(field.value)\r\n"
        }
        return Array("\(head)\(framing)\r\n\r\n".utf8)
    }

    /// Bytes without sense.
    static func noise(_ count: Int, _ random: inout SeededGenerator) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
    }

    /// The text with up to three bytes that XML does not allow where they stand: what changed can be seen. (A letter
    /// that became another cannot, by anybody; that is what TLS is for.)
    static func corrupted(_ body: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
        guard !body.isEmpty else { return [0xFF] }
        var body = body
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            let place = Int.random(in: 0..<body.count, using: &random)
            let other = Self.poison.filter { $0 != body[place] }
            body[place] = other.randomElement(using: &random) ?? 0
        }
        return body
    }

    /// As gzip writes what it cannot make smaller.
    static func gzip(_ bytes: [UInt8]) -> [UInt8] {
        var packed: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3]
        var start = 0
        repeat {
            let end = min(bytes.count, start + 65_535)
            let count = UInt16(end - start)
            packed.append(end == bytes.count ? 1 : 0)
            for number in [count, ~count] { packed += [UInt8(truncatingIfNeeded: number), UInt8(number >> 8)] }
            packed += bytes[start..<end]
            start = end
        } while start < bytes.count
        for number in [checksum(bytes), UInt32(truncatingIfNeeded: bytes.count)] {
            packed += (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
        }
        return packed
    }

    /// CRC-32.
    private static func checksum(_ bytes: [UInt8]) -> UInt32 {
        var sum = ~UInt32(0)
        for byte in bytes {
            sum ^= UInt32(byte)
            for _ in 0..<8 { sum = sum & 1 == 1 ? (sum >> 1) ^ 0xEDB8_8320 : sum >> 1 }
        }
        return ~sum
    }
}
