package import HTTPClient
import Platform

/// A destination's answer: its head, and as much of its body as was asked for.
package struct HTTPAnswer: Sendable, Hashable {
    package var status: Int
    package var headers: HTTPHeaders
    package var body: [UInt8]
    /// Whether `body` is all that came.
    package var isWhole: Bool

    package init(status: Int, headers: HTTPHeaders = [:], body: [UInt8] = [], isWhole: Bool = true) {
        (self.status, self.headers, self.body, self.isWhole) = (status, headers, body, isWhole)
    }

    /// The beginning of the body as one line for people.
    func words(limit: Int) -> String {
        let text = String(decoding: body.prefix(limit), as: UTF8.self)
        let line = text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? " " : Character($0) }
        return String(line).split(separator: " ").joined(separator: " ")
    }
}

/// Keeps the beginning of a body and lets the rest pass, so that a status is never lost to a long text beneath it.
final class HTTPAnswerCollector: HTTPBodyReceiver {
    private let limit: Int
    private let kept = Locked<(bytes: [UInt8], isWhole: Bool)>(([], true))

    init(limit: Int) {
        self.limit = limit
    }

    /// What came under `response`.
    func answer(_ response: HTTPResponse) -> HTTPAnswer {
        let (bytes, isWhole) = kept.withLock { $0 }
        return HTTPAnswer(status: response.status, headers: response.headers, body: bytes, isWhole: isWhole)
    }

    func begin(_ response: HTTPResponse) {}

    func receive(_ piece: RawSpan) -> Bool {
        // SAFETY: the bytes are copied before the closure returns.
        piece.withUnsafeBytes { piece in
            kept.withLock { kept in
                let room = limit - kept.bytes.count
                kept.bytes.append(contentsOf: piece.prefix(room))
                if piece.count > room { kept.isWhole = false }
            }
        }
        return true
    }
}
