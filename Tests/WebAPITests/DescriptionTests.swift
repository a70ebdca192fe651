import EventModel
import HTTPTypes
import Testing

@testable import WebAPI

@Suite("The description of the API")
struct DescriptionTests {
    /// The paths of the file with their methods: its lines are regular enough.
    private var described: Set<String> {
        var found: Set<String> = []
        var (path, isPath) = ("", false)
        for line in String(decoding: EmbeddedPages.description, as: UTF8.self).split(separator: "\n") {
            if line.first?.isLetter == true { isPath = line == "paths:" }
            guard isPath else { continue }
            if line.hasPrefix("  /"), line.hasSuffix(":") { path = String(line.dropFirst(2).dropLast()) }
            for method in ["get", "put", "post", "delete", "patch"] where line == "    \(method):" {
                found.insert("\(method.uppercased()) \(path)")
            }
        }
        return found
    }

    @Test("everything served is described, and everything described is served")
    func complete() {
        let served = Endpoint.all.map { "\($0.method.rawValue) \($0.template)" }
        #expect(Set(served).count == served.count)
        #expect(Set(served) == described)
    }

    @Test("what needs the role admin says so, and only health and the page's files need nothing")
    func roles() {
        let open = ["/healthz", "/readyz"] + EmbeddedPages.dashboard.map(\.path)
        for endpoint in Endpoint.all {
            switch endpoint.access {
            case .everybody: #expect(open.contains(endpoint.template))
            case .role(let role): #expect((role == .read) == (endpoint.method == .get), "\(endpoint.template)")
            }
        }
    }

    @Test(
        "a path finds its endpoint, with its parameters decoded",
        arguments: [
            ("/v1/events/stream", "/v1/events/stream", [:]),
            ("/v1/events/7", "/v1/events/{sequence}", ["sequence": "7"]),
            ("/v1/guests/vm%2Fvm-1/events", "/v1/guests/{guest}/events", ["guest": "vm/vm-1"]),
        ] as [(String, String, [String: String])])
    func routing(path: String, template: String, parameters: [String: String]) throws {
        let match = try #require(RouteTable.match(path: path))
        #expect(match.endpoints.first?.template == template && match.parameters == parameters)
        for wrong in ["", "//", "/v1/events//", "/v1/guests/%zz", "/v1/guests/%ff", "v1/events", "/V1/events"] {
            #expect(RouteTable.match(path: wrong) == nil, "\(wrong)")
        }
    }
}
