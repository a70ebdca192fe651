import Foundation
import Testing

@Suite("The floors")
struct FloorTests {
    /// Who may import whom: `Docs/Architecture.md`.
    static let floors: [String: Set<String>] = [
        "Platform": ["CLinux"],
        "EventModel": [],
        "HTTPClient": ["CCurl", "CCurlShims", "Platform"],
        "AgentCore": ["EventModel", "HTTPClient", "Platform"],
        "NATSClient": ["AgentCore", "CNATS", "EventModel"],
        "VSphere": ["CLibXML2", "CVSphereTables", "EventModel", "HTTPClient", "Platform"],
        "Collectors": [
            "AgentCore", "CLibXML2", "CLinux", "CPCRE2", "CVSphereTables", "CZlib", "EventModel", "HTTPClient",
            "Platform", "VSphere", "CRdkafka", "NATSClient",
        ],
        "Journals": ["AgentCore", "CSQLite", "CZstd", "EventModel", "Platform"],
        "Pipeline": ["AgentCore", "EventModel", "Platform"],
        "Sinks": [
            "AgentCore", "CHiredis", "CMosquitto", "CPostgres", "CRabbitMQ", "CRdkafka", "CSQLite", "CTLS", "CZlib",
            "EventModel", "HTTPClient", "NATSClient", "Platform",
        ],
        "WebAPI": ["AgentCore", "CAPIPages", "EventModel", "Pipeline", "Platform"],
        "guestwatch": [
            "AgentCore", "Collectors", "EventModel", "HTTPClient", "Journals", "Pipeline", "Platform", "Sinks",
            "VSphere", "WebAPI",
        ],
        "AgentTestKit": ["AgentCore", "CTestTLS", "EventModel", "HTTPClient", "Platform"],
    ]
    static let foreign: [String: Set<String>] = [
        "Pipeline": ["Logging", "Synchronization"], "AgentTestKit": ["Testing"],
        "WebAPI": [
            "HTTPTypes", "HummingbirdCore", "Logging", "NIOCore", "NIOPosix", "NIOSSL",
        ],
        "guestwatch": ["ArgumentParser", "Logging", "ServiceLifecycle", "UnixSignals"],
    ]

    @Test("every import goes to a lower floor")
    func imports() throws {
        for file in try Tree.swiftFiles(in: "Sources") {
            let allowed = (Self.floors[file.target] ?? []).union(Self.foreign[file.target] ?? []).union(["Glibc"])
            for line in file.code {
                let words = line.split(separator: " ").map(String.init)
                guard let keyword = words.firstIndex(of: "import"), keyword <= 2, words.count > keyword + 1 else {
                    continue
                }
                let isDeclaration = words[..<keyword].allSatisfy { ["package", "@preconcurrency"].contains($0) }
                guard isDeclaration else { continue }
                #expect(allowed.contains(words[keyword + 1]), "\(file): \(line)")
            }
        }
    }

    @Test("every folder of Sources is a target with its floor")
    func targets() throws {
        let folders = try FileManager.default.contentsOfDirectory(
            atPath: Tree.root.appendingPathComponent("Sources").path)
        let known = Set(Self.floors.keys).union(Self.floors.values.joined())
        #expect(Set(folders) == known)
    }

    @Test("the top level holds what it should and nothing else")
    func topLevel() throws {
        let required: Set = [
            "Package.swift", "Sources", "Tests", "Fixtures", "collectors.json", "README.md", "Makefile", "LICENSE",
            "CONTRIBUTING.md", "CHANGELOG.md", "Docs", "Benchmarks",
        ]
        let entries = try FileManager.default.contentsOfDirectory(atPath: Tree.root.path)
        let visible = Set(entries.filter { !$0.hasPrefix(".") && $0 != "Package.resolved" })
        #expect(visible.subtracting(["Packaging"]) == required)
    }

    @Test("the vSphere client knows none of our events")
    func vSphereIsForeign() throws {
        for file in try Tree.swiftFiles(in: "Sources/VSphere") {
            for line in file.code {
                #expect(!line.contains("EventType") && !line.contains("EventCatalogue"), "\(file): \(line)")
            }
        }
    }
}
