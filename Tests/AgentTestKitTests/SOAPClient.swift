import AgentTestKit
import HTTPClient
import Testing

/// What the tests of the fixture vCenter ask it, on top of `SOAPCaller`.
struct SOAPClient: Sendable {
    private let caller: SOAPCaller

    init(_ transport: any HTTPTransport) {
        caller = SOAPCaller(transport, url: FixtureVCenter.url)
    }

    /// Calls an operation; gives status and the whole answer.
    func call(
        _ operation: String, on this: (type: String, value: String), _ arguments: String = ""
    ) async throws -> (Int, XMLTree) {
        let (response, body) = try await caller.send(operation, on: this, arguments)
        return (response.status, try #require(XMLTree(body)))
    }

    func raw(
        _ operation: String, on this: (type: String, value: String), _ arguments: String = ""
    ) async throws -> (HTTPResponse, [UInt8]) {
        try await caller.send(operation, on: this, arguments)
    }

    func login(_ settings: FixtureSettings = FixtureSettings()) async throws {
        try await caller.login(settings.userName, settings.password)
    }

    /// Makes a collector; gives its id.
    func collector(_ filter: String = "") async throws -> String {
        let answer = try await caller.call(
            "CreateCollectorForEvents", on: ("EventManager", "EventManager"), "<filter>\(filter)</filter>")
        return try #require(answer["returnval"]).text
    }

    /// Reads on; gives the keys.
    func readNext(_ collector: String, _ maxCount: Int = 1000) async throws -> [Int32] {
        let answer = try await caller.call(
            "ReadNextEvents", on: ("EventHistoryCollector", collector), "<maxCount>\(maxCount)</maxCount>")
        return answer.all("returnval").compactMap(\.key)
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
