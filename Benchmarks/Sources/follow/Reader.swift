import AgentTestKit
import CLimitSQLite
import Glibc
import Measuring

/// A program that follows a file.
enum Reader {
    case guestwatch
    /// Unpacked in this folder.
    case rsyslog(String)
    case syslogNG(String)

    private static let patience = 60.0

    var name: String {
        switch self {
        case .guestwatch: "guestwatch → journal"
        case .rsyslog: "rsyslog → file"
        case .syslogNG: "syslog-ng → file"
        }
    }

    var isOurs: Bool { if case .guestwatch = self { true } else { false } }

    /// Where `peers.sh` has put the others; nil where it could not.
    static var peers: String? {
        let folder = Environment["PEERS"] ?? "\(PackageRoot.path)/Benchmarks/.build/peers"
        return TestFile.exists("\(folder)/usr/sbin/rsyslogd") ? folder : nil
    }

    /// Reads the whole file once: from the start of the process to the last line; the processor time is that of its
    /// whole life.
    func read(_ input: String, lines: Int, bytes: Int) async throws -> Cost {
        let folder = try TemporaryDirectory("reader")
        let start = Stopwatch.wall
        let process = try ChildProcess(try program(input, folder))
        let end = start + Self.patience
        while done(folder) < (isOurs ? lines : bytes) {
            guard Stopwatch.wall < end, process.exit == nil else {
                process.kill()
                throw MeasuringError("\(name) came to \(done(folder)): \(process.errors.suffix(2000))")
            }
            usleep(2000)
        }
        let wall = Stopwatch.wall - start
        process.terminate()
        _ = try await process.waitForExit(limit: .seconds(30))
        guard let usage = process.usage else { throw MeasuringError("\(name) told no processor time") }
        return Cost(wall: wall, processor: (usage.user + usage.system) / .seconds(1))
    }

    /// Entries in the journal, or bytes in the file.
    private func done(_ folder: TemporaryDirectory) -> Int {
        if !isOurs {
            var state = Glibc.stat()
            return stat(folder.path("output"), &state) == 0 ? Int(state.st_size) : 0
        }
        var database: OpaquePointer?
        defer { sqlite3_close(database) }
        guard sqlite3_open_v2(folder.path("journal.db"), &database, SQLITE_OPEN_READONLY, nil) == SQLITE_OK else {
            return 0
        }
        var statement: OpaquePointer?
        defer { sqlite3_finalize(statement) }
        guard sqlite3_prepare_v2(database, "SELECT max(last) FROM batches", -1, &statement, nil) == SQLITE_OK,
            sqlite3_step(statement) == SQLITE_ROW
        else { return 0 }
        // One entry is the agent's own: it has started.
        return Int(sqlite3_column_int64(statement, 0)) - 1
    }

    private func program(_ input: String, _ folder: TemporaryDirectory) throws -> ChildProcess.Program {
        switch self {
        case .guestwatch:
            try BinaryFile.write(
                """
                {
                  "journal": { "kind": "sqlite", "path": "journal.db" },
                  "collectors": [
                    { "name": "logs", "kind": "file-watch", "paths": [ "\(input)" ], "start": "beginning" }
                  ]
                }
                """, to: folder.path("collectors.json"))
            let binary = Environment["GUESTWATCH_BINARY"] ?? "\(PackageRoot.path)/.build/release/guestwatch"
            return .init(binary, ["run", "--config", folder.path("collectors.json")])
        case .rsyslog(let peers):
            try BinaryFile.write(
                """
                global(workDirectory="\(folder.path)")
                module(load="imfile")
                template(name="raw" type="string" string="%msg%\\n")
                main_queue(queue.type="linkedList" queue.size="100000" queue.dequeueBatchSize="1024")
                input(type="imfile" File="\(input)" Tag="x" ruleset="all")
                ruleset(name="all") {
                  action(type="omfile" file="\(folder.path("output"))" template="raw" ioBufferSize="256k"
                    flushOnTXEnd="on")
                }

                """, to: folder.path("conf"))
            return .init(
                "\(peers)/usr/sbin/rsyslogd",
                [
                    "-n", "-f", folder.path("conf"), "-i", folder.path("pid"), "-M",
                    "\(peers)/usr/lib/x86_64-linux-gnu/rsyslog",
                ], environment: Self.libraries(peers))
        case .syslogNG(let peers):
            try BinaryFile.write(
                """
                @version: 3.38
                options { stats-freq(0); threaded(yes); use-dns(no); };
                source s {
                  file("\(input)" flags(no-parse) read-old-records(yes) follow-freq(0.1) log-fetch-limit(10000)
                    log-iw-size(100000));
                };
                destination d { file("\(folder.path("output"))" template("${MSG}\\n") log-fifo-size(200000)); };
                log { source(s); destination(d); };

                """, to: folder.path("conf"))
            return .init(
                "\(peers)/usr/sbin/syslog-ng",
                [
                    "-F", "--no-caps", "-f", folder.path("conf"), "-R", folder.path("persist"), "-c",
                    folder.path("control"), "-p", folder.path("pid"), "--module-path",
                    "\(peers)/usr/lib/syslog-ng/3.38",
                ], environment: Self.libraries(peers))
        }
    }

    private static func libraries(_ peers: String) -> [String: String] {
        let folders = ["usr/lib/x86_64-linux-gnu", "lib/x86_64-linux-gnu", "usr/lib/syslog-ng"]
        return ["LD_LIBRARY_PATH": folders.map { "\(peers)/\($0)" }.joined(separator: ":")]
    }
}
