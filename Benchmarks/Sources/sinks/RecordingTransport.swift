import HTTPClient
import Platform

/// Keeps the requests of a sink instead of sending them, so that a client without us can send the same bytes.
final class RecordingTransport: HTTPTransport {
    private let real: CurlTransport
    private let answer: [UInt8]
    private let kept = Locked<[HTTPRequest]>([])

    /// `answer`: what the sink is told. Questions for leases go to the real server, which must know them.
    init(_ connection: HTTPConnection, answer: String) {
        (real, self.answer) = (CurlTransport(connection), Array(answer.utf8))
    }

    /// The requests since they were taken last.
    func take() -> [HTTPRequest] {
        kept.withLock { kept in
            defer { kept = [] }
            return kept
        }
    }

    func send(
        _ request: HTTPRequest, to receiver: any HTTPBodyReceiver
    ) async throws(HTTPError) -> HTTPResponse {
        if request.url.hasSuffix("/lease/grant") { return try await real.send(request, to: receiver) }
        kept.withLock { $0.append(request) }
        let response = HTTPResponse(status: 200, headers: ["Content-Type": "application/json"])
        receiver.begin(response)
        let body = answer
        _ = receiver.receive(body.span.bytes)
        return response
    }

    func close() async {
        await real.close()
    }
}
