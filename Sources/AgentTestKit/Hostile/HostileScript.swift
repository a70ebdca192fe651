import HTTPClient

/// How an answer goes over the wire: what a fault makes of it. Pure: the same fault makes the same of the same answer.
struct HostileScript {
    /// What is done on the connection, one after the other.
    enum Part {
        case send([UInt8])
        /// A byte at a time, with a pause after each.
        case drip([UInt8])
        case pause(Duration)
        /// Nothing more, until the client closes.
        case hold
        /// Again and again, until the client closes.
        case endless([UInt8])
    }

    private(set) var parts: [Part] = []
    /// Whether the connection takes another request.
    private(set) var keepsAlive = false

    /// The answer as it is.
    init(_ answer: ServedAnswer) {
        parts = [.send(HostileBytes.whole(answer))]
        keepsAlive = true
    }

    /// What comes in the place of a call that was not done.
    init(instead fault: HostileFault) {
        var random = SeededGenerator(seed: fault.seed)
        switch fault.kind {
        case .htmlPage: answer(200, HostileBytes.page)
        case .brokenHTML: answer(200, HostileBytes.brokenPage)
        case .redirect: answer(301, HostileBytes.page, ["Location": "https://elsewhere.example/sdk"])
        case .unauthorized: answer(401, HostileBytes.brokenPage, ["WWW-Authenticate": "Basic realm=\"proxy\""])
        case .tooLarge: answer(413, HostileBytes.page)
        case .unavailable: answer(503, HostileBytes.page, ["Retry-After": "30"])
        case .badGateway: answer(502, HostileBytes.brokenPage)
        case .gzipNonsense: answer(200, HostileBytes.noise(300, &random), ["Content-Encoding": "gzip"])
        case .garbage: parts = [.send(HostileBytes.noise(Int.random(in: 1...400, using: &random), &random))]
        case .endlessHead:
            parts = [.send(Array("HTTP/1.1 200 OK\r\n".utf8)), .endless(Array("X-Filler: aaaaaaaaaaaaaa\r\n".utf8))]
        case .endlessBody: endlessBody(&random)
        default: break
        }
    }

    /// What comes of an answer that was made. `stale`: the last one to the same operation, if there was one;
    /// `previous`: the last one to any.
    init(_ fault: HostileFault, _ made: ServedAnswer, stale: ServedAnswer?, previous: ServedAnswer?) {
        var random = SeededGenerator(seed: fault.seed)
        let cut = Double.random(in: 0..<1, using: &random)
        let whole = HostileBytes.whole(made)
        let part = Array(whole.prefix(Int(Double(whole.count) * cut)))
        switch fault.kind {
        case .cutAnswer: parts = [.send(part)]
        case .hang: parts = [.send(part), .hold]
        case .drip: parts = [.drip(whole)]
        case .stale: self = HostileScript(stale ?? made)
        case .previous: self = HostileScript(previous ?? made)
        case .delay: parts = [.pause(.milliseconds(Int.random(in: 1...30, using: &random))), .send(whole)]
        case .interim:
            let interim = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
            parts = [.send(Array(interim.utf8) + whole)]
        case .closeAfter: parts = [.send(whole)]
        case .longerLength, .shorterLength, .badChunk, .missingChunk, .oneByteChunks: frame(fault.kind, made, &random)
        default: spoil(fault.kind, made, cut, &random)
        }
        keepsAlive = keepsAlive || fault.kind == .delay || fault.kind == .interim
    }

    private mutating func answer(_ status: Int, _ body: [UInt8], _ headers: HTTPHeaders = [:]) {
        var headers = headers
        headers["Content-Type"] = "text/html"
        parts = [.send(HostileBytes.whole(ServedAnswer(status, headers: headers, body: body)))]
        keepsAlive = true
    }

    private mutating func endlessBody(_ random: inout SeededGenerator) {
        let head = "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n"
        let soap = "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\"><e:Body>"
        let answer = soap + "<ReadNextEventsResponse xmlns=\"urn:vim25\"><returnval>"
        let (start, rest) =
            [("", " "), ("", "<a>"), (soap, "<a b=\"c\">"), (answer, "x"), (answer, "<m>x</m>"), ("<a ", "b")]
            .randomElement(using: &random) ?? ("", " ")
        parts = [.send(Array((head + start).utf8)), .endless(Array(String(repeating: rest, count: 200).utf8))]
    }

    /// The body is right, its frame is not.
    private mutating func frame(_ kind: HostileFault.Kind, _ made: ServedAnswer, _ random: inout SeededGenerator) {
        let count = made.body.count
        switch kind {
        case .longerLength:
            let head = HostileBytes.head(made, "Content-Length: \(count + Int.random(in: 1...5000, using: &random))")
            parts = [.send(head + made.body)] + (Bool.random(using: &random) ? [.hold] : [])
        case .shorterLength:
            let head = HostileBytes.head(
                made, "Content-Length: \(Int.random(in: 0...max(0, count - 1), using: &random))")
            parts = [.send(head + made.body)]
            keepsAlive = true
        case .badChunk:
            let head = HostileBytes.head(made, "Transfer-Encoding: chunked")
            let size = ["zz", "-5", "ffffffffffffffffff", "", "0x10", "\(count)"].randomElement(using: &random) ?? "zz"
            parts = [.send(head + Array("\(size)\r\n".utf8) + made.body + Array("\r\n0\r\n\r\n".utf8))]
        case .missingChunk:
            let head = HostileBytes.head(made, "Transfer-Encoding: chunked")
            let size = Array("\(String(count + 100, radix: 16))\r\n".utf8)
            parts = [.send(head + size + made.body), .hold]
        default:
            let step = max(1, count / 2000)
            var bytes = HostileBytes.head(made, "Transfer-Encoding: chunked")
            for start in stride(from: 0, to: count, by: step) {
                let piece = made.body[start..<min(count, start + step)]
                bytes += Array("\(String(piece.count, radix: 16))\r\n".utf8) + piece + Array("\r\n".utf8)
            }
            parts = [.send(bytes + Array("0\r\n\r\n".utf8))]
            keepsAlive = true
        }
    }

    /// The frame is right, the body is not.
    private mutating func spoil(
        _ kind: HostileFault.Kind, _ made: ServedAnswer, _ cut: Double, _ random: inout SeededGenerator
    ) {
        var answer = made
        let middle = Int(Double(made.body.count) * cut)
        switch kind {
        case .truncate: answer.body = Array(made.body.prefix(middle))
        case .twice: answer.body += made.body
        case .reordered: answer.body = Array(made.body[middle...] + made.body[..<middle])
        case .corrupted: answer.body = HostileBytes.corrupted(made.body, &random)
        case .binary: answer.body = HostileBytes.noise(made.body.count, &random)
        case .gzipUnannounced: answer.body = HostileBytes.gzip(made.body)
        case .gzipCut:
            answer.response.headers["Content-Encoding"] = "gzip"
            let packed = HostileBytes.gzip(made.body)
            answer.body = Array(packed.prefix(Int(Double(packed.count) * cut)))
        case .gzipped:
            answer.response.headers["Content-Encoding"] = "gzip"
            answer.body = HostileBytes.gzip(made.body)
        case .unknownEncoding: answer.response.headers["Content-Encoding"] = "br"
        default: return
        }
        self = HostileScript(answer)
    }
}
