import AgentTestKit
import EventModel
import Glibc
import HTTPClient
import Testing

/// One word as every secret there is, and everything the agent shows, writes or hands on looked through for it.
@Suite("Secrets")
struct SecretTests {
    private static let word = "correct-horse-battery-staple-4711"
    /// The word in the ways it is sent, and the beginning of it.
    private static let forms = [String(word.prefix(12)), "dTpjb3JyZWN0LWhvcnNl"]
    private static let nobody: uid_t = 65_534

    private func configuration(port: UInt16) -> JSONValue {
        let url = "http://127.0.0.1:\(port)"
        return [
            "journal": ["kind": "sqlite", "path": "journal.db"],
            "collectors": [
                [
                    "name": "vc", "kind": "vsphere-events", "url": .string("\(url)/sdk"), "username": "watch",
                    "password": ["env": "WORD"],
                ],
                ["name": "told", "kind": "command", "command": ["/bin/sleep", "3600"]],
            ],
            "sinks": [
                [
                    "name": "hook", "kind": "webhook", "url": .string("\(url)/hook"),
                    "auth": ["token": ["file": "word"]],
                    "headers": ["X-Key": ["env": "WORD"]], "signature": ["file": "word"],
                ],
                [
                    "name": "search", "kind": "elasticsearch", "url": .string("\(url)/es"),
                    "auth": ["username": "u", "password": ["env": "WORD"]],
                ],
            ],
            "api": ["socket": "api.sock", "listen": "127.0.0.1:0", "tokens": "tokens"],
        ]
    }

    @Test("none is in a log of any level, an answer, a bundle, the journal, an argument or the environment of a child")
    func nowhere() async throws {
        // A server that repeats what it was told, as careless ones do, and refuses.
        let server = try LoopbackServer(serving: { request in
            let said = request.headers.fields.map { "\($0.name): \($0.value)" }.joined(separator: ", ")
            let filler = String(repeating: "-", count: 280)
            return ServedAnswer(
                request.url.hasSuffix("/sdk") ? 500 : 401, body: Array("\(said)! \(filler) \(said)".utf8))
        })
        defer { server.stop() }
        let workplace = try Workplace(configuration: configuration(port: server.port))
        try #require(TestFile.write(Array("\(Self.word)\n".utf8), to: workplace.folder.path("word")))
        try #require(TestFile.write(Array("admin \(Self.word)\n".utf8), to: workplace.folder.path("tokens")))
        let agent = try workplace.start(["run", "--log-level", "trace"], environment: ["WORD": Self.word])
        _ = try await agent.waitForLine(limit: .seconds(30)) { $0.contains("hook") && $0.contains("401") }
        try await waitUntil("the vCenter was asked", limit: .seconds(30)) { server.requests > 3 }
        var shown: [(String, String)] = []
        for arguments in [["status", "--json"], ["status"], ["events"], ["check"], ["journal", "show"]] {
            let (_, output, errors) = try await workplace.run(arguments, environment: ["WORD": Self.word])
            shown.append(("\(arguments)", output + errors))
        }
        let (exit, _, errors) = try await workplace.run(["support-bundle", "--out", "bundle.tar.gz"])
        #expect(exit == .code(0), "\(errors)")
        let tar = try ChildProcess(.init("/bin/tar", ["-xOzf", workplace.folder.path("bundle.tar.gz")]))
        #expect(try await tar.waitForExit() == .code(0), "\(tar.errors)")
        #expect(tar.output.contains("vsphere-events"))
        shown.append(("support-bundle", tar.output))
        shown.append(("cmdline", TestFile.text("/proc/\(agent.pid)/cmdline") ?? ""))
        let child = try #require(Self.child(of: agent.pid))
        for name in ["cmdline", "environ"] {
            shown.append(("child's \(name)", TestFile.text("/proc/\(child)/\(name)") ?? ""))
        }
        #expect(shown.last?.1.contains("PATH=") == true, "the child's environment can be read")
        // A stop would wait for the destinations until its deadline.
        agent.kill()
        _ = try await agent.waitForExit(limit: .seconds(30))
        shown.append(("log", agent.errors + agent.output))
        for name in workplace.folder.names where !["word", "tokens"].contains(name) {
            shown.append(
                (name, TestFile.read(workplace.folder.path(name)).map { String(decoding: $0, as: UTF8.self) } ?? ""))
        }
        for (place, text) in shown {
            for form in Self.forms { #expect(!text.contains(form), "\(form) is in \(place)") }
        }
    }

    /// A process started by another.
    private static func child(of parent: Int32) -> Int32? {
        let text = TestFile.text("/proc/\(parent)/task/\(parent)/children") ?? ""
        if let first = text.split(separator: " ").first { return Int32(first) }
        // Started by another thread of it.
        guard let tasks = opendir("/proc/\(parent)/task") else { return nil }
        defer { closedir(tasks) }
        while let entry = readdir(tasks) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { name in
                name.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            let children = TestFile.text("/proc/\(parent)/task/\(name)/children") ?? ""
            if let first = children.split(separator: " ").first { return Int32(first) }
        }
        return nil
    }

    @Test(
        "another process of the same user reads neither the agent's environment nor its memory, and no core is written",
        .enabled(if: getuid() == 0, "only root can become another user"))
    func memory() async throws {
        let workplace = try Workplace(configuration: ["collectors": [], "journal": ["kind": "memory"]])
        let binary = workplace.folder.path("guestwatch")
        let copy = try ChildProcess(.init("/bin/cp", [BuiltProduct.path("guestwatch"), binary]))
        #expect(try await copy.waitForExit() == .code(0), "\(copy.errors)")
        for name in [""] + workplace.folder.names {
            try #require(chown(workplace.folder.path(name), Self.nobody, Self.nobody) == 0)
        }
        let become = ["--reuid=\(Self.nobody)", "--regid=\(Self.nobody)", "--clear-groups"]
        func start(_ program: [String], in directory: String? = nil) throws -> ChildProcess {
            try ChildProcess(
                .init(
                    "/usr/bin/setpriv", become + program,
                    environment: ["SWIFT_BACKTRACE": "enable=no", "WORD": Self.word], directory: directory))
        }
        let sleeping = try start(["/bin/sleep", "60"])
        let agent = try start(
            ["/bin/sh", "-c", "ulimit -c unlimited; exec \"$0\" run", binary], in: workplace.folder.path)
        _ = try await agent.waitForLine { $0.contains(" ready") }
        func canRead(_ file: String, of process: ChildProcess) async throws -> Bool {
            let reader = try start(["/usr/bin/head", "-c1", "/proc/\(process.pid)/\(file)"])
            return try await reader.waitForExit() == .code(0)
        }
        // The one that is not hidden shows that the question is a good one.
        #expect(try await canRead("environ", of: sleeping))
        #expect(try await canRead("environ", of: agent) == false)
        #expect(try await canRead("mem", of: agent) == false)
        let limits = TestFile.text("/proc/\(agent.pid)/limits")?.split(separator: "\n") ?? []
        let core = limits.first { $0.hasPrefix("Max core file size") } ?? ""
        #expect(core.split(separator: " ").dropFirst(4).prefix(2).elementsEqual(["0", "0"]), "\(core)")
        agent.signal(SIGABRT)
        #expect(try await agent.waitForExit() == .signal(SIGABRT))
        #expect(workplace.folder.names.filter { $0.hasPrefix("core") }.isEmpty)
    }
}
