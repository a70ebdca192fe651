import EventModel
import HTTPClient

/// Speaks to a running agent by its HTTP API.
struct APIClient: Sendable {
    /// An answer is a page at the most; a longer one is no agent's.
    private static let bodyLimit = 256 << 20

    let address: AgentAddress
    private let transport: any HTTPTransport
    private let token: String?

    init(
        _ address: AgentAddress, trust: TLSTrust = .systemAuthorities, identity: TLSIdentity? = nil,
        token: String? = nil
    ) {
        self.address = address
        self.token = token
        transport = CurlTransport(address.connection(trust, identity))
    }

    /// What is at a path, as JSON.
    func get(_ path: APIPath) async throws(APIError) -> JSONValue {
        try await json("GET", path)
    }

    /// Has something done. The answer, or null where there is nothing to say.
    func post(_ path: APIPath, _ body: JSONValue? = nil) async throws(APIError) -> JSONValue {
        try await json("POST", path, body.map { Array(JSONText($0).bytes) }, type: "application/json")
    }

    /// Has bytes of a media type taken.
    func post(_ path: APIPath, _ body: [UInt8], type: String) async throws(APIError) -> JSONValue {
        try await json("POST", path, body, type: type)
    }

    /// Has something removed.
    func delete(_ path: APIPath) async throws(APIError) {
        _ = try await json("DELETE", path)
    }

    /// What is at a path, as it stands.
    func bytes(_ path: APIPath) async throws(APIError) -> [UInt8] {
        try await answer("GET", path)
    }

    /// Hands over the lines of a stream until it ends or `take` wants no more. Returns as soon as the server ends it.
    func lines(
        of path: APIPath, begun: @escaping @Sendable () -> Void,
        _ take: @escaping @Sendable ([[UInt8]]) -> Bool
    ) async throws(APIError) {
        let receiver = LineStream(begun: begun, take: take)
        var request = request("GET", path)
        request.headers["Accept"] = "application/x-ndjson"
        // An empty line comes every fifteen seconds: silence for three times as long is no silence of the agent's.
        request.timeouts = HTTPTimeouts(idle: .seconds(45), whole: .seconds(10 * 365 * 86_400))
        request.bodyLimit = .max
        do throws(HTTPError) {
            let response = try await transport.send(request, to: receiver)
            guard response.status == 200 else { throw HTTPError.refusedByReceiver }
        } catch {
            if let problem = receiver.problem { throw problem }
            if error == .refusedByReceiver { return }
            throw .unreachable(address, error)
        }
    }

    private func json(
        _ method: String, _ path: APIPath, _ body: [UInt8]? = nil, type: String = ""
    ) async throws(APIError) -> JSONValue {
        let bytes = try await answer(method, path, body, type: type)
        guard !bytes.isEmpty else { return .null }
        do {
            return try JSONDocument(bytes).root.value
        } catch {
            throw .incomprehensible(address, "\(error)")
        }
    }

    private func answer(
        _ method: String, _ path: APIPath, _ body: [UInt8]? = nil, type: String = ""
    ) async throws(APIError) -> [UInt8] {
        var request = request(method, path)
        if let body {
            request.body = body
            request.headers["Content-Type"] = type
        }
        let response: HTTPResponse
        let bytes: [UInt8]
        do throws(HTTPError) {
            (response, bytes) = try await transport.send(request)
        } catch {
            throw .unreachable(address, error)
        }
        // Not ready is an answer, too.
        guard (200..<300).contains(response.status) else { throw APIError(response, bytes) }
        return bytes
    }

    private func request(_ method: String, _ path: APIPath) -> HTTPRequest {
        var request = HTTPRequest(method, address.root + path.description, bodyLimit: Self.bodyLimit)
        if let token { request.headers["Authorization"] = "Bearer \(token)" }
        return request
    }
}
