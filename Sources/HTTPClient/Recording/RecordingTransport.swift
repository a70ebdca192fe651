import Platform

/// Passes everything on to another transport and writes each exchange to a folder, without the secrets in it.
///
/// The files are described at `RecordedExchange`, what counts as a secret at `SecretNames`. Exchanges are numbered in
/// the order of the requests; each is in the folder as a whole or (its head file missing) not at all. What the caller
/// broke off is not written. A body is kept in memory until it is written.
public final class RecordingTransport: HTTPTransport {
    private let transport: any HTTPTransport
    private let writer: RecordingWriter
    private let operation: @Sendable (HTTPRequest) -> String

    /// Records into `folder`, which is made and must hold no recording yet. `operation` names a request; the name
    /// becomes part of the names of its files. Throws `.invalid`.
    public init(
        _ transport: any HTTPTransport, folder: String, secrets: SecretNames = .standard,
        operation: @escaping @Sendable (HTTPRequest) -> String
    ) throws(HTTPError) {
        let folder = RecordingFolder(path: folder)
        try folder.create()
        guard try !folder.names().contains(where: { $0.hasSuffix(RecordedExchange.headEnding) }) else {
            throw .invalid("\"\(folder.path)\" already holds a recording; name a new folder")
        }
        (self.transport, self.operation) = (transport, operation)
        writer = RecordingWriter(folder, SecretBlanker(secrets))
    }

    public func send(
        _ request: HTTPRequest, to receiver: any HTTPBodyReceiver
    ) async throws(HTTPError) -> HTTPResponse {
        let number = await writer.nextNumber()
        let exchange = OpenExchange(number: number, operation: operation(request), request: request, start: .now)
        let copy = BodyCopier(receiver)
        do throws(HTTPError) {
            let response = try await transport.send(request, to: copy)
            try await writer.write(exchange, .answered(response), copy.body)
            return response
        } catch {
            switch error {
            case .unreachable, .timedOut: try await writer.write(exchange, .failed(error), [])
            case .refusedByReceiver:
                // What came until the receiver had enough makes it refuse again.
                if let response = copy.response { try await writer.write(exchange, .answered(response), copy.body) }
            default: break
            }
            throw error
        }
    }

    public func close() async {
        await transport.close()
    }
}

/// A request under way.
struct OpenExchange: Sendable {
    /// From 1, in the order of the requests.
    let number: Int
    /// What the request is called.
    let operation: String
    /// With its secrets.
    let request: HTTPRequest
    /// When it was sent.
    let start: ContinuousClock.Instant
}

/// Hands an answer on and keeps a copy.
private final class BodyCopier: HTTPBodyReceiver {
    private let receiver: any HTTPBodyReceiver
    private let collector = BodyCollector()
    private let head = Locked<HTTPResponse?>(nil)

    init(_ receiver: any HTTPBodyReceiver) {
        self.receiver = receiver
    }

    var body: [UInt8] { collector.body }

    /// Nil before the answer began.
    var response: HTTPResponse? { head.withLock { $0 } }

    func begin(_ response: HTTPResponse) {
        head.withLock { $0 = response }
        receiver.begin(response)
    }

    func receive(_ bytes: RawSpan) -> Bool {
        collector.receive(bytes) && receiver.receive(bytes)
    }
}
