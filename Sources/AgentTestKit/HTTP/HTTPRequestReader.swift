import HTTPClient

/// Reads requests from a connection, one after the other, as bytes come: HTTP/1.1 with a length or in chunks.
struct HTTPRequestReader {
    /// Longer heads end the connection.
    static let headLimit = 64 * 1024
    /// Longer bodies end the connection.
    static let bodyLimit = 256 << 20

    /// What the bytes so far make.
    enum Progress {
        /// More bytes are wanted.
        case incomplete
        /// The head is whole and asks whether to send the body.
        case wantsContinue
        case request(HTTPRequest, keepsAlive: Bool)
        /// This is no HTTP.
        case broken
    }

    private struct Head {
        var method: String
        var target: String
        var headers: HTTPHeaders
        var keepsAlive: Bool
        var isChunked: Bool
        var bodyLength: Int
    }

    /// What URLs begin with: `http://127.0.0.1:8989`.
    let origin: String
    /// Bytes that came and were not used.
    var bytes: [UInt8] = []
    private var head: Head?
    private var hasContinued = false

    init(origin: String) {
        self.origin = origin
    }

    /// Takes a request off `bytes` if one is whole.
    mutating func next() -> Progress {
        if head == nil {
            guard let end = Self.end(of: bytes) else { return bytes.count > Self.headLimit ? .broken : .incomplete }
            guard let read = Self.head(String(decoding: bytes[..<end], as: UTF8.self)) else { return .broken }
            head = read
            bytes.removeFirst(end + 4)
        }
        guard let head, head.bodyLength <= Self.bodyLimit else { return .broken }
        if !hasContinued, head.headers["Expect"]?.lowercased() == "100-continue" {
            hasContinued = true
            return .wantsContinue
        }
        guard let body = takeBody(head) else { return bytes.count > Self.bodyLimit ? .broken : .incomplete }
        self.head = nil
        hasContinued = false
        let request = HTTPRequest(head.method, origin + head.target, headers: head.headers, body: body)
        return .request(request, keepsAlive: head.keepsAlive)
    }

    private mutating func takeBody(_ head: Head) -> [UInt8]? {
        if head.isChunked {
            guard let (body, length) = Self.unchunked(bytes) else { return nil }
            bytes.removeFirst(length)
            return body
        }
        guard bytes.count >= head.bodyLength else { return nil }
        defer { bytes.removeFirst(head.bodyLength) }
        return Array(bytes.prefix(head.bodyLength))
    }

    private static func end(of bytes: [UInt8], from start: Int = 0) -> Int? {
        guard bytes.count >= 4 else { return nil }
        return (start...bytes.count - 4).first {
            bytes[$0] == 13 && bytes[$0 + 1] == 10 && bytes[$0 + 2] == 13 && bytes[$0 + 3] == 10
        }
    }

    private static func head(_ text: String) -> Head? {
        let lines = text.split(separator: "\r\n", omittingEmptySubsequences: false)
        let first = lines[0].split(separator: " ")
        guard first.count == 3, first[2].hasPrefix("HTTP/1.") else { return nil }
        var headers = HTTPHeaders()
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard let name = parts.first else { continue }
            let value = parts.count > 1 ? String(parts[1].drop { $0 == " " }) : ""
            headers.fields.append(.init(String(name), value))
        }
        let connection = headers["Connection"]?.lowercased()
        return Head(
            method: String(first[0]), target: String(first[1]), headers: headers,
            keepsAlive: connection != "close" && (first[2] == "HTTP/1.1" || connection == "keep-alive"),
            isChunked: headers["Transfer-Encoding"]?.lowercased() == "chunked",
            bodyLength: headers["Content-Length"].flatMap { Int($0) } ?? 0)
    }

    /// The body of whole chunks and how many bytes they took; nil when they are not whole.
    private static func unchunked(_ bytes: [UInt8]) -> (body: [UInt8], length: Int)? {
        var body: [UInt8] = []
        var position = 0
        while let lineEnd = bytes[position...].firstIndex(of: 10) {
            let line = String(decoding: bytes[position..<lineEnd], as: UTF8.self)
            guard let size = Int(line.prefix { $0.isHexDigit }, radix: 16) else { return nil }
            position = lineEnd + 1
            guard size <= bodyLimit, position + size + 2 <= bytes.count else { return nil }
            body += bytes[position..<position + size]
            position += size + 2
            if size == 0 { return (body, position) }
        }
        return nil
    }
}
