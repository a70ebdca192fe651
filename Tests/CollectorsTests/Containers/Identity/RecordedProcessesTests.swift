import AgentCore
import AgentTestKit
import Collectors
import EventModel
import Testing

/// The acceptance: processes recorded of real containers and of a host, and what each of them is.
@Suite("Recorded processes")
struct RecordedProcessesTests {
    /// One line of `expected.tsv`.
    struct Row: Sendable, CustomStringConvertible {
        var recording: String
        var role: String
        var runtime: String?
        var id: String?
        var name: String?
        var podUID: String?
        var qos: String?
        var sources: String

        var description: String { recording }

        init?(_ line: Substring) {
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            guard fields.count == 8 else { return nil }
            func field(_ index: Int) -> String? { fields[index] == "None" ? nil : fields[index] }
            (recording, role, runtime, id) = (fields[0], fields[1], field(2), field(3))
            (name, podUID, qos, sources) = (field(4), field(5), field(6), fields[7])
        }
    }

    static let rows = (TestFile.text("\(RecordedHost.recordings)/expected.tsv") ?? "").split(separator: "\n")
        .compactMap(Row.init)

    @Test("87 processes are recorded, 45 of them in containers, three of which only a namespace tells")
    func count() {
        #expect(Self.rows.count == 87)
        #expect(Self.rows.count { $0.role.hasPrefix("container-") } == 45)
    }

    @Test("each recorded process is what it was", arguments: rows)
    func recorded(row: Row) throws {
        let host = try RecordedHost()
        let pid = try host.add(row.recording)
        let identity = try IdentityResolver(host.view).identity(of: pid)

        #expect(identity.role.rawValue == row.role)
        guard let runtime = row.runtime, runtime != "helper" else {
            #expect(identity.container == nil)
            return
        }
        let container = try #require(identity.container)
        #expect(container.key.runtime == runtime)
        #expect(container.name == row.name)
        #expect(container.pod?.uid == row.podUID)
        #expect(container.pod?.qos == row.qos)
        if runtime == "unknown-ns" {
            let inode = row.id?.dropFirst("pid:[".count).dropLast()
            #expect(container.key.id.hasSuffix(":\(inode ?? "-")"))
            #expect(container.key.id.count == 47)
        } else {
            #expect(container.key.id.prefix(14) == row.id?.prefix(14))
        }
        #expect(container.sources.contains(.cgroup) == row.sources.hasPrefix("cgroup"))
        let isMonitored =
            row.sources.contains { $0 == "+" } && !row.sources.hasSuffix("env")
            && !row.sources.hasSuffix("qemu-cmdline")
        #expect(!isMonitored || container.sources.contains(.monitor))
    }
}
