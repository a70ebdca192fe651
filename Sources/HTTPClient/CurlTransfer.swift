/// One transfer: what is asked, and how far the answer has come.
final class CurlTransfer: @unchecked Sendable {
    // SAFETY: `isCancelled` and `continuation` are only touched while the engine's inbox is locked, until the transfer
    // is taken from it; from then on everything belongs to the engine's thread.
    /// What is asked.
    let request: HTTPRequest
    /// Set by the caller's task, from any thread.
    var isCancelled = false
    /// Where the caller waits.
    var continuation: CheckedContinuation<Result<HTTPResponse, HTTPError>, Never>?

    private let receiver: any HTTPBodyReceiver
    private var head = HTTPHeadReader()
    private var begun = false
    private var bodyBytes = 0
    private var sentBytes = 0
    private var failure: HTTPError?

    /// Not yet started.
    init(_ request: HTTPRequest, _ receiver: any HTTPBodyReceiver) {
        (self.request, self.receiver) = (request, receiver)
    }

    /// Takes one line of the head. Returns false to end the transfer.
    func take(headLine line: UnsafeRawBufferPointer) -> Bool {
        // Lines after the body has begun are trailers of a chunked body: nobody asked for them.
        if begun || head.take(String(decoding: line, as: UTF8.self)) { return true }
        failure = .unreachable("the head of the answer is longer than \(HTTPHeadReader.limit) bytes")
        return false
    }

    /// Writes the next piece of the request's body; gives its length, 0 at the end.
    func give(body room: UnsafeMutableRawBufferPointer) -> Int {
        request.body.withUnsafeBytes { body in
            let count = min(room.count, body.count - sentBytes)
            room.copyMemory(from: UnsafeRawBufferPointer(rebasing: body[sentBytes..<sentBytes + count]))
            sentBytes += count
            return count
        }
    }

    /// Goes on with the request's body from there; false where it has no such place.
    func seek(body offset: Int) -> Bool {
        guard (0...request.body.count).contains(offset) else { return false }
        sentBytes = offset
        return true
    }

    /// Takes one piece of the decoded body. Returns false to end the transfer.
    func take(body piece: UnsafeRawBufferPointer) -> Bool {
        begin()
        bodyBytes += piece.count
        if bodyBytes > request.bodyLimit {
            failure = .bodyTooLarge(limit: request.bodyLimit)
            return false
        }
        // SAFETY: the span lives for the call only, as libcurl's buffer does; a RawSpan cannot escape.
        if receiver.receive(RawSpan(_unsafeBytes: piece)) { return true }
        failure = .refusedByReceiver
        return false
    }

    /// Ends the wait of the caller. `error` is libcurl's, unless the transfer was ended here, for a better reason.
    func end(_ error: HTTPError?) {
        let result: Result<HTTPResponse, HTTPError>
        if let error = failure ?? error {
            result = .failure(error)
        } else {
            begin()
            result = .success(head.response)
        }
        continuation?.resume(returning: result)
        continuation = nil
    }

    private func begin() {
        guard !begun else { return }
        begun = true
        receiver.begin(head.response)
    }
}
