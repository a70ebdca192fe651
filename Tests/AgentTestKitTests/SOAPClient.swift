import AgentTestKit
import EventModel
import HTTPClient
import Platform
import Testing

/// A SOAP client as simple as can be, independent of the one under `Sources`.
final class SOAPClient: Sendable {
    private let transport: any HTTPTransport
    private let url: String
    private let cookie = Locked<String?>(nil)

    init(_ transport: any HTTPTransport, url: String = FixtureVCenter.url) {
        (self.transport, self.url) = (transport, url)
    }

    /// Calls an operation; gives status and body.
    func call(_ operation: String, on this: (String, String), _ arguments: String = "") async throws -> (Int, XMLTree) {
        let (response, body) = try await raw(operation, on: this, arguments)
        return (response.status, try #require(XMLTree(body)))
    }

    func raw(
        _ operation: String, on this: (String, String), _ arguments: String = ""
    ) async throws -> (HTTPResponse, [UInt8]) {
        let body = """
            <?xml version="1.0" encoding="UTF-8"?>
            <s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><\(operation) xmlns="urn:vim25">\
            <_this type="\(this.0)">\(this.1)</_this>\(arguments)</\(operation)></s:Body></s:Envelope>
            """
        var request = HTTPRequest("POST", url, body: Array(body.utf8))
        if let cookie = cookie.withLock({ $0 }) { request.headers["Cookie"] = "vmware_soap_session=\(cookie)" }
        let (response, answer) = try await transport.fetch(request)
        if let set = response.headers["Set-Cookie"] {
            let value = set.split(separator: "=", maxSplits: 1)[1].split(separator: ";")[0]
            cookie.withLock { $0 = String(value) }
        }
        return (response, answer)
    }

    func login(_ settings: FixtureSettings = FixtureSettings()) async throws {
        let (status, _) = try await call(
            "Login", on: ("SessionManager", "SessionManager"),
            "<userName>\(settings.userName)</userName><password>\(settings.password.xmlEscaped)</password>")
        #expect(status == 200)
    }

    /// Makes a collector; gives its id.
    func collector(_ filter: String = "") async throws -> String {
        let (status, answer) = try await call(
            "CreateCollectorForEvents", on: ("EventManager", "EventManager"), "<filter>\(filter)</filter>")
        #expect(status == 200)
        return try #require(answer.first("returnval")).text
    }

    /// Reads on; gives the keys.
    func readNext(_ collector: String, _ maxCount: Int = 1000) async throws -> [Int32] {
        let (_, answer) = try await call(
            "ReadNextEvents", on: ("EventHistoryCollector", collector), "<maxCount>\(maxCount)</maxCount>")
        return try #require(answer.first("ReadNextEventsResponse")).all("returnval").compactMap(\.key)
    }

    /// The class of the fault an answer carries.
    static func fault(_ answer: XMLTree) -> String? {
        answer.first("detail")?.children.first?.attributes["type"]
    }
}

extension XMLTree {
    /// The key of an event's element.
    var key: Int32? { self["key"].flatMap { Int32($0.text) } }
}
