import HTTPClient

/// Writes answers to a connection.
enum HTTPAnswerWriter {
    /// Sends an answer, as far as its ending lets it. False when the connection is over.
    static func send(_ answer: ServedAnswer, to request: HTTPRequest, on socket: TCPSocket) -> Bool {
        let hasBody = request.method != "HEAD" && ![204, 304].contains(answer.response.status)
        let isChunked = answer.isChunked && hasBody && !answer.body.isEmpty
        var head = Self.head(answer, hasBody: hasBody, isChunked: isChunked)
        if isChunked { head += Array("\(String(answer.body.count, radix: 16))\r\n".utf8) }
        let tail = isChunked ? Array("\r\n0\r\n\r\n".utf8) : []
        let body = hasBody ? answer.body[...] : []
        switch answer.ending {
        case .complete: return socket.send(head, body, tail)
        case .cutBeforeHead: return false
        case .cut(let bytes):
            _ = socket.send(head, body.prefix(bytes), [])
            return false
        case .hang(let bytes):
            guard socket.send(head, body.prefix(bytes), []) else { return false }
            var rest: [UInt8] = []
            while socket.receive(into: &rest) { rest = [] }
            return false
        }
    }

    private static func head(_ answer: ServedAnswer, hasBody: Bool, isChunked: Bool) -> [UInt8] {
        var head = "HTTP/1.1 \(answer.response.status) \(reason(answer.response.status))\r\n"
        for field in answer.response.headers.fields { head += "\(field.name): \(field.value)\r\n" }
        if isChunked {
            head += "Transfer-Encoding: chunked\r\n"
        } else if hasBody || answer.response.status == 304 {
            head += "Content-Length: \(answer.body.count)\r\n"
        }
        return Array("\(head)\r\n".utf8)
    }

    private static func reason(_ status: Int) -> String {
        [200: "OK", 204: "No Content", 404: "Not Found", 500: "Internal Server Error", 503: "Service Unavailable"][
            status]
            ?? "Status"
    }
}
