import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import Pipeline

/// Answers one request: finds its endpoint, lets it in, reads its body, and writes the answer. Every wait on the client
/// has an end.
struct APIResponder: Sendable {
    /// How long a client that was refused may still send what is thrown away.
    private static let refusalTime = TimeAmount.seconds(2)

    let api: API
    /// Asked at each request: who is let in changes by a reload.
    let gate: @Sendable () -> Gate
    let door: Gate.Door

    /// Throws where the connection is of no use any more.
    @concurrent func respond(
        to request: Request, by writer: consuming ResponseWriter, on channel: any Channel
    ) async throws {
        var answer: Answer
        do throws(Problem) {
            answer = try await self.answer(request, on: channel)
        } catch {
            answer = error.answer
            // What is left of the request is not worth reading.
            if request.method != .get {
                answer.headers[.connection] = "close"
                channel.eventLoop.scheduleTask(in: Self.refusalTime) { channel.close(promise: nil) }
            }
        }
        answer.set("X-Content-Type-Options", "nosniff")
        switch answer.body {
        case .bytes(let bytes):
            if answer.status != .noContent { answer.headers[.contentLength] = "\(bytes.count)" }
            let head = HTTPResponse(status: answer.status, headerFields: answer.headers)
            let patience = patience(with: channel)
            defer { patience.cancel() }
            let body = bytes.isEmpty ? ResponseBody() : ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
            try await writer.write(response: head, body: body)
        case .live(let stream):
            let head = HTTPResponse(status: answer.status, headerFields: answer.headers)
            try await send(stream, after: head, to: request, by: writer, on: channel)
        }
    }

    /// Writes a stream until one side ends it.
    @concurrent private func send(
        _ stream: LiveStream, after head: HTTPResponse, to request: Request, by writer: consuming ResponseWriter,
        on channel: any Channel
    ) async throws {
        var body = try await writer.writeHead(head)
        try await request.body.consumeWithInboundCloseHandler { _ in
            try await stream.run { bytes in
                let patience = patience(with: channel)
                defer { patience.cancel() }
                try await body.write(ByteBuffer(bytes: bytes))
            }
            try await body.finish(nil)
        } onInboundClosed: {
            stream.stream.close()
        }
    }

    /// Closes the connection of a client that takes nothing, unless it is cancelled.
    private func patience(with channel: any Channel) -> Scheduled<Void> {
        channel.eventLoop.scheduleTask(in: .init(api.settings.limits.stallTime)) { channel.close(promise: nil) }
    }

    private func answer(_ request: Request, on channel: any Channel) async throws(Problem) -> Answer {
        let target = request.head.path ?? ""
        let path = target.prefix { $0 != "?" }
        guard target.hasPrefix("/") else { throw .invalid("the request's target is no path") }
        let gate = gate()
        guard let match = RouteTable.match(path: String(path)) else {
            // Who may not look is not told what there is.
            try gate.admit(request.head, at: door, to: .role(.read))
            throw .missing("there is no such path; /openapi.yaml describes those there are")
        }
        guard let endpoint = match.endpoints.first(where: { $0.method == request.method }) else {
            try gate.admit(request.head, at: door, to: .role(.read))
            var problem = Problem(.methodNotAllowed, "\(path.prefix(256)): there is no such method here")
            problem.headers[.allow] = match.endpoints.map(\.method.rawValue).joined(separator: ", ")
            throw problem
        }
        try gate.admit(request.head, at: door, to: endpoint.access)
        let query = try Query(target.dropFirst(path.count).dropFirst())
        let body = endpoint.takesBody ? try await self.body(of: request, on: channel) : []
        let call = APICall(
            path: String(path), parameters: match.parameters, query: query, headers: request.headers, body: body,
            client: await PeerName.of(channel, at: door))
        return try await endpoint.perform(call, api)
    }

    private func body(of request: Request, on channel: any Channel) async throws(Problem) -> [UInt8] {
        let limits = api.settings.limits
        if let text = request.headers[.contentLength], Query.integer(text) ?? .max > Int64(limits.bodyBytes) {
            throw Problem(.contentTooLarge, "the body has \(text.prefix(24)) bytes; \(limits.bodyBytes) are taken")
        }
        let patience = channel.eventLoop.scheduleTask(in: .init(limits.requestTime)) { channel.close(promise: nil) }
        defer { patience.cancel() }
        var bytes: [UInt8] = []
        do {
            for try await buffer in request.body {
                guard bytes.count + buffer.readableBytes <= limits.bodyBytes else {
                    throw Problem(.contentTooLarge, "the body is longer than \(limits.bodyBytes) bytes")
                }
                bytes += buffer.readableBytesView
            }
        } catch let problem as Problem {
            throw problem
        } catch {
            throw .invalid("the body did not arrive whole")
        }
        return bytes
    }
}
