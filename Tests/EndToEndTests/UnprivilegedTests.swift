import AgentTestKit
import EventModel
import Glibc
import Testing

@Suite("An agent that may not see all")
struct UnprivilegedTests {
    /// Debian's `nobody`.
    private static let nobody: uid_t = 65_534

    @Test(
        "as a user without rights it runs, tells what it can see, and says what it cannot",
        .enabled(if: getuid() == 0, "only root can become another user"))
    func nobody() async throws {
        let workplace = try Workplace(configuration: [
            "journal": ["kind": "sqlite", "path": "journal.db"],
            "collectors": [
                ["name": "containers", "kind": "containers"],
                ["name": "machines", "kind": "qemu", "listen": "qmp.sock"],
            ],
        ])
        let binary = workplace.folder.path("guestwatch")
        let copy = try ChildProcess(.init("/bin/cp", [BuiltProduct.path("guestwatch"), binary]))
        #expect(try await copy.waitForExit() == .code(0), "\(copy.errors)")
        for name in [""] + workplace.folder.names {
            try #require(chown(workplace.folder.path(name), Self.nobody, Self.nobody) == 0)
        }
        let agent = try ChildProcess(
            .init(
                "/usr/bin/setpriv",
                ["--reuid=\(Self.nobody)", "--regid=\(Self.nobody)", "--clear-groups", binary, "run"],
                environment: ["SWIFT_BACKTRACE": "enable=no"], directory: workplace.folder.path))
        _ = try await agent.waitForLine { $0.contains(" ready") }
        var told: [Event] = []
        for _ in 0..<50 where told.isEmpty {
            told = try await workplace.journal().map(\.event).filter { $0.type == "agent.collector-limited" }
        }
        agent.terminate()
        #expect(try await agent.waitForExit(limit: .seconds(30)) == .code(0), "\(agent.errors)")
        let limits = try #require(try told.first?.data.parsed()["limits"]?.array).compactMap(\.string)
        #expect(!limits.isEmpty && limits.allSatisfy { !$0.isEmpty }, "\(limits)")
        let types = try await workplace.journal().map(\.event.type.rawValue)
        #expect(!types.contains { $0.hasSuffix("-failed") }, "\(types)")
    }
}
