import HTTPTypes

/// One method of one path: who may call it, and what answers.
struct Endpoint: Sendable {
    /// Who may call it.
    enum Access: Sendable {
        case everybody
        case role(APIRole)
    }

    typealias Perform = @Sendable (APICall, API) async throws(Problem) -> Answer

    var method: HTTPRequest.Method
    /// As in the description: `/v1/events/{sequence}`.
    var template: String
    var access: Access
    /// Whether a body is read for it; of the others a body is refused.
    var takesBody: Bool
    var perform: Perform

    init(
        _ method: HTTPRequest.Method, _ template: String, access: Access = .role(.read), takesBody: Bool = false,
        _ perform: @escaping Perform
    ) {
        (self.method, self.template, self.access) = (method, template, access)
        (self.takesBody, self.perform) = (takesBody, perform)
    }

    /// One that changes something.
    static func admin(
        _ method: HTTPRequest.Method, _ template: String, takesBody: Bool = false, _ perform: @escaping Perform
    ) -> Endpoint {
        Endpoint(method, template, access: .role(.admin), takesBody: takesBody, perform)
    }

    /// Every endpoint there is. Of two that match a path the first counts.
    static let all: [Endpoint] = events + guests + collectors + sinks + readers + journal + agent + dashboard
}

/// Finds endpoints by path.
enum RouteTable {
    /// What was found: the parameters, percent-decoded, and the endpoints of the path, one for each method.
    struct Match: Sendable {
        var parameters: [String: String]
        var endpoints: [Endpoint]
    }

    /// Nil when there is no such path.
    static func match(path: String) -> Match? {
        let words = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        var found: (template: String, match: Match)?
        for endpoint in Endpoint.all {
            if let found, found.template != endpoint.template { continue }
            guard let parameters = parameters(of: endpoint.template, in: words) else { continue }
            found = found ?? (endpoint.template, Match(parameters: parameters, endpoints: []))
            found?.match.endpoints.append(endpoint)
        }
        return found?.match
    }

    private static func parameters(of template: String, in words: ArraySlice<Substring>) -> [String: String]? {
        let wanted = template.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        guard wanted.count == words.count else { return nil }
        var parameters: [String: String] = [:]
        for (want, word) in zip(wanted, words) {
            if want.hasPrefix("{") {
                guard let value = PercentCoding.decode(word), !value.isEmpty else { return nil }
                parameters[String(want.dropFirst().dropLast())] = value
            } else if want != word {
                return nil
            }
        }
        return parameters
    }
}
