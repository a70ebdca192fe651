import AgentTestKit
import EventModel
import Testing

@testable import guestwatch

/// What the agent may do beyond an ordinary user: as much as the configured collectors need.
@Suite("Privileges of the unit")
struct PrivilegeTests {
    /// The values that a unit file, or a drop-in of it, leaves in force.
    private static func settings(_ text: String) -> [String: [String]] {
        var settings: [String: [String]] = [:]
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            guard let equals = line.firstIndex(of: "=") else { continue }
            let words = line[line.index(after: equals)...].split(separator: " ").map(String.init)
            // An empty value takes back what was said before.
            settings[String(line[..<equals]), default: []] += words
            if words.isEmpty { settings[String(line[..<equals])] = [] }
        }
        return settings
    }

    private static func unit(_ name: String) throws -> [String: [String]] {
        settings(try #require(TestFile.text(PackageRoot["Packaging/systemd/\(name)"])))
    }

    @Test("the unit has the capabilities of the packaged configuration, and no other")
    func packaged() throws {
        let unit = try Self.unit("guestwatch.service")
        let text = try #require(TestFile.read(PackageRoot["Packaging/debian/collectors.json"]))
        let collectors = try JSONDocument(text, comments: true).root.value["collectors"]?.array ?? []
        let needed = UnitPrivileges(collectors + [["kind": "containers"]]).capabilities
        #expect(Set(unit["CapabilityBoundingSet"] ?? []) == needed)
        #expect(unit["AmbientCapabilities"] == unit["CapabilityBoundingSet"])
        #expect(unit["User"] == ["guestwatch"] && unit["NoNewPrivileges"] == ["yes"] && unit["UMask"] == ["0077"])
        #expect(unit["LimitCORE"] == ["0"] && unit["ProtectSystem"] == ["strict"])
    }

    @Test(
        "each collector gets what it needs, and who watches only what is far away gets nothing",
        arguments: [
            ([], []), ([["kind": "vsphere-events"]], []), ([["kind": "file-watch"], ["kind": "command"]], []),
            ([["kind": "qemu", "libvirt": false]], ["CAP_SYS_PTRACE"]),
            ([["kind": "qemu"]], ["CAP_DAC_READ_SEARCH", "CAP_SYS_PTRACE"]),
            ([["kind": "containers"]], ["CAP_NET_BROADCAST", "CAP_SYSLOG", "CAP_SYS_PTRACE"]),
            (
                [["kind": "containers", "procConnector": true, "pressure": [:]]],
                ["CAP_NET_ADMIN", "CAP_NET_BROADCAST", "CAP_SYSLOG", "CAP_SYS_PTRACE", "CAP_SYS_RESOURCE"]
            ),
        ] as [([JSONValue], [String])])
    func collectors(collectors: [JSONValue], capabilities: [String]) {
        let privileges = UnitPrivileges(collectors)
        #expect(privileges.capabilities == Set(capabilities))
        let settings = Self.settings(privileges.dropIn)
        #expect(settings["CapabilityBoundingSet"] == capabilities)
        #expect(settings["AmbientCapabilities"] == capabilities)
    }

    @Test("the drop-in for far sources is the one that is shipped, and the command prints it")
    func remote() async throws {
        let shipped = try Self.unit("remote-only.conf")
        let workplace = try Workplace(configuration: [
            "journal": ["kind": "memory"], "collectors": [["name": "log", "kind": "file-watch", "paths": ["a.log"]]],
        ])
        let (exit, output, errors) = try await workplace.run(["check", "--drop-in"])
        #expect(exit == .code(0), "\(errors)")
        #expect(Self.settings(output) == shipped)
    }

    @Test(
        "systemd finds no fault with the unit and calls it well protected",
        .enabled(
            if: TestFile.isExecutable("/usr/bin/systemd-analyze"), "systemd-analyze is not installed"))
    func analysed() async throws {
        let analysis = try ChildProcess(
            .init(
                "/usr/bin/systemd-analyze",
                ["security", "--offline=true", "--threshold=30", PackageRoot["Packaging/systemd/guestwatch.service"]]))
        #expect(try await analysis.waitForExit() == .code(0), "\(analysis.output.suffix(400))\(analysis.errors)")
    }
}
