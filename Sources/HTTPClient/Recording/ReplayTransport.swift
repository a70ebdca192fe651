import Platform

/// Answers from a recording, without a network: the same requests get the same answers, in the recorded order.
///
/// Requests are compared as `NormalizedRequest` says, so the host and the secrets of the replay may differ from the
/// recorded ones. Each recorded exchange is used once. A request without one is `.notRecorded`.
public final class ReplayTransport: HTTPTransport {
    private let folder: RecordingFolder
    private let operation: @Sendable (HTTPRequest) -> String
    private let pieceBytes: Int
    private let index: Locked<ReplayIndex>
    private let isClosed = Locked(false)
    private let wasUnknown = Locked(false)

    /// Replays `folder`. `operation` names a request in errors. Bodies are handed over in pieces of `pieceBytes`, by
    /// default those of libcurl; odd sizes show decoders that do not expect them. Throws `.invalid` with the file that
    /// is wrong.
    public init(
        folder: String, secrets: SecretNames = .standard, pieceBytes: Int = 16 * 1024,
        operation: @escaping @Sendable (HTTPRequest) -> String
    ) throws(HTTPError) {
        self.folder = RecordingFolder(path: folder)
        (self.operation, self.pieceBytes) = (operation, max(1, pieceBytes))
        index = Locked(try ReplayIndex(self.folder, secrets))
    }

    /// How many recorded exchanges nobody has asked for yet.
    public var left: Int { index.withLock { $0.left } }

    /// Whether the newest request had no answer: the recorded session ended before it.
    public var isExhausted: Bool { wasUnknown.withLock { $0 } }

    public func send(
        _ request: HTTPRequest, to receiver: any HTTPBodyReceiver
    ) async throws(HTTPError) -> HTTPResponse {
        if Task.isCancelled || isClosed.withLock({ $0 }) { throw .cancelled }
        let name = operation(request)
        let outcome: RecordedExchange.Outcome
        let file: String?
        do throws(HTTPError) {
            (outcome, file) = try index.withLock { index throws(HTTPError) in try index.take(request, operation: name) }
        } catch {
            wasUnknown.withLock { $0 = true }
            throw error
        }
        wasUnknown.withLock { $0 = false }
        switch outcome {
        case .failed(let error): throw error
        case .answered(let response):
            let body: [UInt8] = if let file { try folder.read(file) } else { [] }
            receiver.begin(response)
            try hand(body, of: request, to: receiver)
            return response
        }
    }

    public func close() async {
        isClosed.withLock { $0 = true }
    }

    private func hand(_ body: [UInt8], of request: HTTPRequest, to receiver: any HTTPBodyReceiver) throws(HTTPError) {
        var start = 0
        while start < body.count {
            let end = min(start + pieceBytes, body.count)
            guard end <= request.bodyLimit else { throw .bodyTooLarge(limit: request.bodyLimit) }
            guard receiver.receive(body.span.extracting(start..<end).bytes) else { throw .refusedByReceiver }
            start = end
        }
    }
}
