import HTTPTypes
import NIOCore

/// Who is let in: a value that looks at the head of a request.
struct Gate: Sendable {
    /// Where a request came in.
    enum Door: Sendable, Hashable {
        /// The mode of the file is the authority.
        case socket
        /// Whoever is on this machine may knock.
        case tcp
        /// Whoever reaches the address may knock, and knows by our certificate who we are.
        case tls
    }

    let tokens: APITokens?
    /// Names besides addresses and `localhost`.
    let hosts: Set<String>

    /// Lets a request in, or says why not.
    func admit(_ request: HTTPRequest, at door: Door, to access: Endpoint.Access) throws(Problem) {
        if door == .socket { return }
        try checkHost(request, at: door)
        guard case .role(let needed) = access else { return }
        guard let tokens else {
            // Everybody on this machine may come in here: they may look.
            if needed == .read { return }
            throw Problem(.forbidden, "without a tokens file this is done on the unix socket only; set api.tokens")
        }
        guard let token = Self.bearer(request.headerFields[.authorization]) else {
            throw .unauthorized("a token is needed: send \"Authorization: Bearer TOKEN\"")
        }
        guard let role = tokens.role(of: token) else { throw .unauthorized("the token is not known") }
        guard role >= needed else {
            throw Problem(.forbidden, "the token's role is \(role.rawValue); this needs \(needed.rawValue)")
        }
    }

    /// A page of somebody else's in a browser of this machine reaches us by its own name, or tells its origin.
    private func checkHost(_ request: HTTPRequest, at door: Door) throws(Problem) {
        guard let authority = request.authority, !authority.isEmpty else {
            throw .invalid("the header Host is missing")
        }
        // Over TLS the browser has held the name against our certificate.
        guard door == .tls || isOurs(authority) else {
            throw Problem(.forbidden, "Host: not an address, localhost, or a name of api.hosts")
        }
        guard let name = HTTPField.Name("Origin"), let origin = request.headerFields[name] else { return }
        guard origin.lowercased() == "\(door == .tls ? "https" : "http")://\(authority.lowercased())" else {
            throw Problem(.forbidden, "Origin: pages of other origins are refused")
        }
    }

    private func isOurs(_ authority: String) -> Bool {
        let lowered = authority.lowercased()
        if lowered.hasPrefix("[") {
            let address = lowered.dropFirst().prefix { $0 != "]" }
            return (try? SocketAddress(ipAddress: String(address), port: 0)) != nil
        }
        let name = String(lowered.prefix { $0 != ":" })
        // Rebinding needs a name: whoever writes an address means it.
        return name == "localhost" || hosts.contains(name) || (try? SocketAddress(ipAddress: name, port: 0)) != nil
    }

    private static func bearer(_ header: String?) -> Substring? {
        guard let header, header.prefix(7).lowercased() == "bearer " else { return nil }
        let token = header.dropFirst(7).drop { $0 == " " }
        return token.isEmpty ? nil : token
    }
}

extension Problem {
    /// Who asks is not known.
    static func unauthorized(_ detail: String) -> Problem {
        var problem = Problem(.unauthorized, detail)
        problem.headers[.wwwAuthenticate] = "Bearer realm=\"guestwatch\""
        return problem
    }
}
