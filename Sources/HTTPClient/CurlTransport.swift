/// The live way out: libcurl, on one thread of its own for all transfers to one endpoint.
///
/// Costs nothing before the first `send`: no thread, no library initialised. Idle afterwards it keeps a thread that
/// sleeps and a few connections. HTTP/1.1; gzip and deflate are decoded on the way; redirects are answers like any
/// other; the environment's proxy settings are ignored. It repeats a request in one case only, inside libcurl: when a
/// pooled connection turns out to have been closed by the server before a byte of the answer came.
///
/// A receiver works on the transport's thread: while it works, no other transfer of this transport moves.
public final class CurlTransport: HTTPTransport {
    private let engine: CurlEngine

    /// Makes a transport that trusts whom `connection` says, for its whole life.
    public init(_ connection: HTTPConnection = HTTPConnection()) {
        engine = CurlEngine(connection)
    }

    deinit {
        engine.stop()
    }

    public func send(
        _ request: HTTPRequest, to receiver: any HTTPBodyReceiver
    ) async throws(HTTPError) -> HTTPResponse {
        try request.validate()
        let transfer = CurlTransfer(request, receiver)
        return try await withTaskCancellationHandler {
            await withCheckedContinuation { engine.start(transfer, $0) }
        } onCancel: {
            engine.cancel(transfer)
        }.get()
    }

    /// Ends what is under way with `.cancelled`, closes the connections and waits for the thread; later requests are
    /// `.cancelled`.
    public func close() async {
        await withCheckedContinuation { engine.stop($0) }
    }
}
