#if PostgreSQL
    import AgentCore
    import AgentTestKit
    import Foundation
    import Platform

    @testable import Sinks

    /// A PostgreSQL of its own on a port of its own, killed with its last reference. As root it runs as the user
    /// `postgres`, because it refuses root.
    final class PostgresServer: Sendable {
        static let programs = "/usr/lib/postgresql/15/bin"
        static let isInstalled = FileManager.default.isExecutableFile(atPath: "\(programs)/postgres")

        let port: Int
        let folder: TemporaryDirectory
        private let process = Locked<ChildProcess?>(nil)

        /// `settings` go to postgresql.conf; `access` before the lines of pg_hba.conf that trust everybody.
        init(settings: [String] = [], access: [String] = []) async throws {
            port = try FreePort.find()
            folder = try TemporaryDirectory("postgres")
            chmod(folder.path, 0o755)
            mkdir(folder.path("data"), 0o700)
            Self.give(folder.path("data"))
            Self.give(folder.path)
            try await Self.asOwner(
                "initdb",
                ["-D", folder.path("data"), "-N", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-locale"])
            let configuration =
                [
                    "port = \(port)", "listen_addresses = '127.0.0.1'", "unix_socket_directories = '\(folder.path)'",
                    "shared_buffers = 16MB", "max_connections = 20", "autovacuum = off",
                ] + settings
            try append(configuration, to: "postgresql.conf")
            let trusted = ["local all all trust", "host all all 127.0.0.1/32 trust"]
            try Data((access + trusted).joined(separator: "\n").appending("\n").utf8).write(
                to: URL(fileURLWithPath: folder.path("data/pg_hba.conf")))
            Self.give(folder.path("data/pg_hba.conf"))
            try await start()
        }

        /// Copies a file to where the server may read it, and nobody else.
        func install(_ path: String, as name: String) throws {
            try FileManager.default.copyItem(atPath: path, toPath: folder.path("data/\(name)"))
            chmod(folder.path("data/\(name)"), 0o600)
            Self.give(folder.path("data/\(name)"))
        }

        func append(_ lines: [String], to name: String) throws {
            let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: folder.path("data/\(name)")))
            try handle.seekToEnd()
            try handle.write(contentsOf: Data(lines.joined(separator: "\n").appending("\n").utf8))
            try handle.close()
        }

        func start() async throws {
            try await waitUntil("PostgreSQL is up", limit: .seconds(60)) {
                // Right after a kill its last children may still hold the shared memory: it ends, and is started again.
                if self.process.withLock({ $0?.exit != nil || $0 == nil }) {
                    let (program, arguments) = Self.command("postgres", ["-D", self.folder.path("data")])
                    let process = try ChildProcess(.init(program, arguments, directory: self.folder.path))
                    self.process.withLock { $0 = process }
                }
                return (try? self.query("SELECT 1")) != nil
            }
        }

        /// kill -9 of the server and of all its children. One of them that is left to itself looks whether its parent
        /// lives only when it has to wait for its client: on a busy machine, where the client is always faster, it
        /// stores a whole delivery before.
        func kill() async throws {
            guard let process = process.withLock({ $0 }) else { return }
            // Held, so that it makes no more of them.
            Foundation.kill(process.pid, SIGSTOP)
            let children = Self.statuses().filter { $0.parent == process.pid }.map(\.pid)
            process.kill()
            _ = try await process.waitForExit()
            for child in children { Foundation.kill(child, SIGKILL) }
            try await waitUntil("the children of PostgreSQL are gone", limit: .seconds(20)) {
                !Self.statuses().contains { children.contains($0.pid) && $0.state != "Z" }
            }
        }

        /// All processes there are.
        private static func statuses() -> [(pid: pid_t, state: Substring, parent: pid_t)] {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
            return names.compactMap { name in
                guard let pid = pid_t(name),
                    let text = try? String(contentsOfFile: "/proc/\(name)/stat", encoding: .utf8),
                    let end = text.lastIndex(of: ")")
                else { return nil }
                let words = text[end...].split(separator: " ")
                guard words.count > 2, let parent = pid_t(words[2]) else { return nil }
                return (pid, words[1], parent)
            }
        }

        var configuration: PostgresConfiguration {
            PostgresConfiguration(
                hosts: [.init(name: "127.0.0.1", port: port)], database: "postgres", userName: "postgres",
                timeout: .seconds(30))
        }

        /// A connection for the test itself.
        func connect() throws -> PostgresConnection {
            try PostgresConnection(
                [("host", folder.path), ("port", "\(port)"), ("dbname", "postgres"), ("user", "postgres")],
                deadline: .now + .seconds(60), wakeUp: try Readiness(), isCancelled: { false })
        }

        @discardableResult
        func query(_ sql: String) throws -> [[String?]] {
            try connect().run(sql)
        }

        /// The sequences of a sink's table, in their order as unsigned numbers.
        func sequences(in schema: String = "guestwatch") throws -> [UInt64] {
            try query("SELECT sequence FROM \(schema).events ORDER BY sequence < 0, sequence").compactMap {
                $0[0].flatMap { Int64($0) }.map { UInt64(bitPattern: $0) }
            }
        }

        static func give(_ path: String) {
            guard getuid() == 0, let owner = getpwnam("postgres") else { return }
            chown(path, owner.pointee.pw_uid, owner.pointee.pw_gid)
        }

        private static func command(_ name: String, _ arguments: [String]) -> (String, [String]) {
            let program = "\(programs)/\(name)"
            guard getuid() == 0 else { return (program, arguments) }
            let identity = ["--reuid=postgres", "--regid=postgres", "--clear-groups", "--"]
            return ("/usr/bin/setpriv", identity + [program] + arguments)
        }

        private static func asOwner(_ name: String, _ arguments: [String]) async throws {
            let (program, arguments) = command(name, arguments)
            try await StoreTools.run(program, arguments, in: "/tmp")
        }
    }
#endif
