import Platform

extension HTTPTransport {
    /// Sends `request` and returns the whole answer, its body in memory (up to the request's `bodyLimit`).
    public func send(_ request: HTTPRequest) async throws(HTTPError) -> (HTTPResponse, [UInt8]) {
        let collector = BodyCollector()
        let response = try await send(request, to: collector)
        return (response, collector.body)
    }
}

/// Keeps a body in memory.
final class BodyCollector: HTTPBodyReceiver {
    private let bytes = Locked<[UInt8]>([])

    /// What came so far.
    var body: [UInt8] { bytes.withLock { $0 } }

    func begin(_ response: HTTPResponse) {}

    func receive(_ piece: RawSpan) -> Bool {
        // SAFETY: the bytes are copied before the closure returns.
        piece.withUnsafeBytes { piece in bytes.withLock { $0.append(contentsOf: piece) } }
        return true
    }
}
