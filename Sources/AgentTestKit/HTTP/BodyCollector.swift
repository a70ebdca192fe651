package import HTTPClient
import Platform

/// Keeps the body of an answer: for tests that want it whole.
package final class BodyCollector: HTTPBodyReceiver {
    private let collected = Locked<[UInt8]>([])

    package init() {}

    /// What came so far.
    package var body: [UInt8] { collected.withLock { $0 } }

    package func begin(_ response: HTTPResponse) {
        collected.withLock { $0.removeAll(keepingCapacity: true) }
    }

    package func receive(_ bytes: RawSpan) -> Bool {
        // SAFETY: the bytes are copied before the span ends.
        let piece = bytes.withUnsafeBytes { Array($0) }
        collected.withLock { $0 += piece }
        return true
    }
}

extension HTTPTransport {
    /// Sends `request` and gives the answer with its whole body.
    package func fetch(_ request: HTTPRequest) async throws(HTTPError) -> (response: HTTPResponse, body: [UInt8]) {
        let collector = BodyCollector()
        let response = try await send(request, to: collector)
        return (response, collector.body)
    }
}
