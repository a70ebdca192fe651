package import HTTPClient
import Platform

/// Calls vim25 operations with arguments written by hand: for tests that act on a server, or ask it independently of
/// the client under test.
package final class SOAPCaller: Sendable {
    /// The namespaces an argument may use: `xsi:type="…"`, `xsd:string`.
    private static let head =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\" "
        + "xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">"
        + "<s:Body>"

    private let transport: any HTTPTransport
    private let url: String
    private let session = Locked<String?>(nil)

    package init(_ transport: any HTTPTransport, url: String) {
        (self.transport, self.url) = (transport, url)
    }

    /// The session cookie's value as the server set it; nil before a login.
    package var cookie: String? { session.withLock { $0 } }

    /// Sends a call and gives the whole answer, whatever its status.
    package func send(
        _ operation: String, on this: (type: String, value: String), _ arguments: String = ""
    ) async throws -> (response: HTTPResponse, body: [UInt8]) {
        let target = "<_this type=\"\(this.type)\">\(this.value.xmlEscaped)</_this>"
        let body =
            "\(Self.head)<\(operation) xmlns=\"urn:vim25\">\(target)\(arguments)</\(operation)></s:Body></s:Envelope>"
        var request = HTTPRequest("POST", url, headers: ["Content-Type": "text/xml"], body: Array(body.utf8))
        if let cookie { request.headers["Cookie"] = "vmware_soap_session=\(cookie)" }
        let (response, answer) = try await transport.send(request)
        if let header = response.headers["Set-Cookie"], header.hasPrefix("vmware_soap_session=") {
            let value = header.dropFirst("vmware_soap_session=".count).prefix { $0 != ";" }
            session.withLock { $0 = String(value) }
        }
        return (response, answer)
    }

    /// Calls and gives the response element; throws the `VimFault` the server answers.
    @discardableResult
    package func call(
        _ operation: String, on this: (type: String, value: String), _ arguments: String = ""
    ) async throws -> XMLTree {
        let (response, body) = try await send(operation, on: this, arguments)
        let tree = XMLTree(body)
        if let answer = tree?.first("\(operation)Response") { return answer }
        guard let fault = tree?.first("Fault"), let detail = fault["detail"]?.children.first else {
            throw VimFault("HTTP \(response.status)", message: String(decoding: body.prefix(200), as: UTF8.self))
        }
        throw VimFault(detail.attributes["type"] ?? detail.name, message: fault["faultstring"]?.text ?? "")
    }

    /// Properties of one object by their paths; those without a value are left out.
    package func properties(
        _ paths: [String], of object: (type: String, value: String), collector: String = "propertyCollector"
    ) async throws -> [String: XMLTree] {
        let pathSet = paths.map { "<pathSet>\($0)</pathSet>" }.joined()
        let answer = try await call(
            "RetrievePropertiesEx", on: ("PropertyCollector", collector),
            "<specSet><propSet><type>\(object.type)</type>\(pathSet)</propSet><objectSet><obj type=\"\(object.type)\">"
                + "\(object.value.xmlEscaped)</obj></objectSet></specSet><options></options>")
        let sets = answer.first("objects")?.all("propSet") ?? []
        return sets.reduce(into: [:]) { $0[$1["name"]?.text ?? ""] = $1["val"] }
    }

    /// Logs in.
    package func login(
        _ userName: String, _ password: String, manager: String = "SessionManager"
    ) async throws {
        try await call(
            "Login", on: ("SessionManager", manager),
            "<userName>\(userName.xmlEscaped)</userName><password>\(password.xmlEscaped)</password>")
    }
}
