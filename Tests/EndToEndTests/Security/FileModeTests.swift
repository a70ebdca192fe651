import AgentTestKit
import EventModel
import Glibc
import Testing

/// Every file, folder and socket that the agent and its commands make, under the widest and the narrowest umask.
@Suite("Who may open what the agent makes")
struct FileModeTests {
    /// What is made, and its mode under a umask of 000; under 077 the group's part is gone, but of the sockets, whose
    /// mode says who may come in.
    private static let modes: [String: mode_t] = [
        "state": 0o750, "state/journal.db": 0o640, "state/journal.db-wal": 0o640, "state/journal.db-shm": 0o640,
        "state/journal.db.lock": 0o640, "archive": 0o750, "archive/events.jsonl": 0o640,
        "archive/.events.jsonl.lock": 0o640, "database": 0o750, "database/events.db": 0o640,
        "database/events.db-wal": 0o640, "database/events.db-shm": 0o640, "api.sock": 0o600, "qmp.sock": 0o660,
        "bundle.tar.gz": 0o600, "recording": 0o700, "recording/input": 0o700, "recording/collectors.json": 0o644,
        "recording/expected.jsonl": 0o644,
    ]
    /// Made by the test.
    private static let own: Set = ["collectors.json"]
    private static let event = String(
        decoding: EventEncoder.encode(
            Event(
                id: "e1", source: "test://feed", type: "vm.powered-on",
                time: Timestamp(nanoseconds: 1_795_242_000_000_000_000))), as: UTF8.self)

    private func configuration() -> JSONValue {
        [
            "journal": ["kind": "sqlite", "path": "state/journal.db"],
            "collectors": [
                ["name": "machines", "kind": "qemu", "listen": "qmp.sock"],
                ["name": "told", "kind": "command", "command": ["/bin/echo", .string(Self.event)]],
            ],
            "sinks": [
                ["name": "archive", "kind": "file", "path": "archive/events.jsonl"],
                ["name": "database", "kind": "sqlite", "path": "database/events.db"],
            ],
            "api": ["socket": "api.sock"],
        ]
    }

    /// Starts the program under a umask.
    private func start(_ workplace: Workplace, umask: String, _ arguments: [String]) throws -> ChildProcess {
        try ChildProcess(
            .init(
                "/bin/sh", ["-c", "umask \(umask); exec \"$0\" \"$@\"", BuiltProduct.path("guestwatch")] + arguments,
                environment: ["SWIFT_BACKTRACE": "enable=no"], directory: workplace.folder.path))
    }

    @Test("nobody but the owner, and its group where that is meant", arguments: ["000", "077"])
    func modes(umask: String) async throws {
        let workplace = try Workplace(configuration: configuration())
        let agent = try start(workplace, umask: umask, ["run"])
        _ = try await agent.waitForLine { $0.contains(" ready") }
        for file in ["archive/events.jsonl", "database/events.db-wal"] {
            try await waitUntil("\(file) is written", limit: .seconds(30)) {
                var status = stat()
                return stat(workplace.folder.path(file), &status) == 0 && status.st_size > 0
            }
        }
        for arguments in [
            ["support-bundle", "--out", "bundle.tar.gz"], ["record", "told", "--out", "recording", "--events", "1"],
        ] {
            let command = try start(workplace, umask: umask, arguments)
            #expect(try await command.waitForExit(limit: .seconds(60)) == .code(0), "\(arguments): \(command.errors)")
        }
        let found = try Self.found(in: workplace.folder.path)
        agent.terminate()
        #expect(try await agent.waitForExit(limit: .seconds(30)) == .code(0), "\(agent.errors)")
        let kept: mode_t = umask == "000" ? 0o777 : 0o700
        for (path, mode) in found where !Self.own.contains(path) {
            let wanted = Self.modes[path].map { path.hasSuffix(".sock") ? $0 : $0 & kept }
            #expect(mode == wanted, "\(path): \(String(mode, radix: 8))")
        }
        #expect(Set(Self.modes.keys).subtracting(found.keys).isEmpty)
    }

    /// The modes of all there is below a folder, by path.
    private static func found(in folder: String) throws -> [String: mode_t] {
        var modes: [String: mode_t] = [:]
        var waiting = [""]
        while let path = waiting.popLast() {
            let directory = try #require(opendir("\(folder)/\(path)"))
            defer { closedir(directory) }
            while let entry = readdir(directory) {
                let name = withUnsafePointer(to: &entry.pointee.d_name) { name in
                    name.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
                if name == "." || name == ".." { continue }
                let place = path.isEmpty ? name : "\(path)/\(name)"
                var status = stat()
                try #require(lstat("\(folder)/\(place)", &status) == 0)
                modes[place] = status.st_mode & 0o7777
                if status.st_mode & S_IFMT == S_IFDIR { waiting.append(place) }
            }
        }
        return modes
    }

    @Test("a support bundle is made through no link, and in no folder that somebody else made for it")
    func bundle() async throws {
        let workplace = try Workplace(configuration: [
            "collectors": [], "api": ["socket": "api.sock"], "journal": ["kind": "memory"],
        ])
        let agent = try await workplace.startAgent()
        try #require(TestFile.write(Array("precious".utf8), to: workplace.folder.path("victim")))
        try #require(symlink("victim", workplace.folder.path("bundle.tar.gz")) == 0)
        let (exit, _, errors) = try await workplace.run(["support-bundle", "--out", "bundle.tar.gz"])
        #expect(exit == .code(0), "\(errors)")
        #expect(TestFile.text(workplace.folder.path("victim")) == "precious")
        try #require(mkdir(workplace.folder.path("other.tar.gz.parts"), 0o777) == 0)
        let (refused, _, reason) = try await workplace.run(["support-bundle", "--out", "other.tar.gz"])
        #expect(refused == .code(70) && reason.contains("File exists"), "\(reason)")
        agent.terminate()
        _ = try await agent.waitForExit(limit: .seconds(30))
    }
}
