/// The one way out by HTTP: the live transport over libcurl, or a decorator that records or replays.
///
/// Safe to call from many tasks at once. A transport never retries; cancelling the calling task ends the transfer at
/// once and throws `.cancelled`.
public protocol HTTPTransport: Sendable {
    /// Sends `request` and hands the answer to `receiver` while it arrives, from a thread of the transport.
    ///
    /// Returns after the last byte, with the head of the answer; every status counts as an answer.
    func send(_ request: HTTPRequest, to receiver: any HTTPBodyReceiver) async throws(HTTPError) -> HTTPResponse

    /// Closes the connections. Nothing is sent after it.
    func close() async
}

/// Takes the body of an answer, piece by piece, in order, on one thread at a time.
public protocol HTTPBodyReceiver: AnyObject, Sendable {
    /// Called once before the first piece.
    func begin(_ response: HTTPResponse)

    /// Called for every piece. Returns false to end the transfer, which then throws `.refusedByReceiver`.
    func receive(_ bytes: RawSpan) -> Bool
}
