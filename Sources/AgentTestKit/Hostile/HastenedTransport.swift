package import HTTPClient

/// A transport whose requests may take only so long and bring only so much: what takes a client's patience in a life
/// takes little of the test's time.
package final class HastenedTransport: HTTPTransport {
    /// The most a request may take, and its answer bring.
    package struct Limits: Sendable {
        package var timeouts: HTTPTimeouts
        package var bodyBytes: Int

        package init(timeouts: HTTPTimeouts, bodyBytes: Int) {
            (self.timeouts, self.bodyBytes) = (timeouts, bodyBytes)
        }
    }

    private let inner: any HTTPTransport
    private let limits: @Sendable () -> Limits

    /// `limits` is asked at each request.
    package init(_ inner: any HTTPTransport, limits: @escaping @Sendable () -> Limits) {
        (self.inner, self.limits) = (inner, limits)
    }

    package func send(
        _ request: HTTPRequest, to receiver: any HTTPBodyReceiver
    ) async throws(HTTPError) -> HTTPResponse {
        let limits = limits()
        var request = request
        request.timeouts.connect = min(request.timeouts.connect, limits.timeouts.connect)
        request.timeouts.idle = min(request.timeouts.idle, limits.timeouts.idle)
        request.timeouts.whole = min(request.timeouts.whole, limits.timeouts.whole)
        request.bodyLimit = min(request.bodyLimit, limits.bodyBytes)
        return try await inner.send(request, to: receiver)
    }

    package func close() async {
        await inner.close()
    }
}
