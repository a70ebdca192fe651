import AgentCore
import EventModel
import HTTPClient
import Testing
import VSphere

@testable import Collectors

@Suite struct VSphereEventsConfigurationTests {
    private static let least = #""url": "https://vc1.example:8443/sdk", "username": "u", "password": { "env": "P" }"#

    @Test("the least that must be said leaves the documented defaults")
    func defaults() throws {
        let configuration = try CollectorRig.configuration("{ \(Self.least) }")
        #expect(configuration.start == .now && configuration.interval == .seconds(2) && configuration.pageSize == 1000)
        #expect(configuration.connection == HTTPConnection(trust: .systemAuthorities))
        #expect(configuration.host == "vc1.example:8443")
    }

    @Test(
        "a start is now, the beginning, a time or a look-back",
        arguments: [
            ("now", StartPoint.now), ("beginning", .beginning), ("-1h", .lookBack(.seconds(3600))),
            ("-30d", .lookBack(.seconds(30 * 86_400))),
            ("2026-01-01T00:00:00Z", .time(.init(nanoseconds: 1_767_225_600_000_000_000))),
        ])
    func starts(text: String, start: StartPoint) throws {
        #expect(try CollectorRig.configuration("{ \(Self.least), \"start\": \"\(text)\" }").start == start)
    }

    @Test("entities are named by id alone where it tells the class, else with it")
    func entities() throws {
        let configuration = try CollectorRig.configuration(
            """
            { \(Self.least), "entities": ["group-d1", "domain-c7", "ha-host",
              { "type": "VirtualMachine", "id": "41", "recursion": "self" }] }
            """)
        #expect(
            configuration.entities == [
                EntityFilter(reference: ManagedObjectReference(type: "Folder", value: "group-d1")),
                EntityFilter(reference: ManagedObjectReference(type: "ClusterComputeResource", value: "domain-c7")),
                EntityFilter(reference: ManagedObjectReference(type: "HostSystem", value: "ha-host")),
                EntityFilter(
                    reference: ManagedObjectReference(type: "VirtualMachine", value: "41"), recursion: .entityOnly),
            ])
    }

    @Test(
        "what is wrong is told with its place and a remedy",
        arguments: [
            (#""start": "yesterday""#, "\"yesterday\" is not \"now\""), (#""start": "-1""#, "units"),
            (#""pageSize": 1001"#, "1 to 1000"), (#""interval": "5""#, "no unit"),
            (#""entities": ["41"]"#, "cannot be told"),
            (#""tls": { "thumbprint": "AA" }"#, "32 bytes"), (#""tls": { "insecure": true, "caFile": "x" }"#, "one of"),
            (#""overrides": [{ "type": "vm.x" }]"#, "either \"class\" or"),
            (#""pagesize": 5"#, "did you mean \"pageSize\""),
            (#""overrides": [{ "class": "X" }]"#, "\"type\", a \"severity\" or both"),
        ])
    func problems(member: String, text: String) {
        let problem = #expect(throws: ConfigurationProblem.self) {
            try CollectorRig.configuration("{ \(Self.least), \(member) }")
        }
        #expect(problem?.text.contains(text) == true, "\(problem?.text ?? "")")
    }

    @Test("another filter has another fingerprint; the order of its words does not matter")
    func fingerprint() throws {
        func fingerprint(_ member: String) throws -> String {
            try CollectorRig.configuration("{ \(Self.least), \(member) }").filterFingerprint
        }
        let plain = try fingerprint(#""pageSize": 5"#)
        #expect(try fingerprint(#""types": ["A", "B"]"#) == fingerprint(#""types": ["B", "A"]"#))
        #expect(try fingerprint(#""types": ["A"]"#) != plain)
        #expect(try fingerprint(#""users": ["A"]"#) != fingerprint(#""types": ["A"]"#))
    }
}
