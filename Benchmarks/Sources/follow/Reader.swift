import AgentTestKit
import CLimitSQLite
import Glibc
import Measuring

/// A program that follows a file, and where its lines go.
struct Reader {
    enum Output: String {
        case journal
        case file
        case syslog
    }

    private static let patience = 60.0

    let program: Follower
    let output: Output

    var name: String {
        "\(program.rawValue) → \(isOurs && output != .journal ? "journal → " : "")\(output.rawValue)"
    }

    var isOurs: Bool { program == .guestwatch }

    /// Those there are: ours first.
    static var all: [Reader] {
        let ours = [Reader(.guestwatch, .journal), Reader(.guestwatch, .file), Reader(.guestwatch, .syslog)]
        if Peers() == nil { return ours }
        return ours + [
            Reader(.rsyslog, .file), Reader(.rsyslog, .syslog), Reader(.syslogNG, .file), Reader(.syslogNG, .syslog),
        ]
    }

    private init(_ program: Follower, _ output: Output) {
        (self.program, self.output) = (program, output)
    }

    /// Reads the whole file once: from the start of the process to the last line; the processor time is that of its
    /// whole life.
    func read(_ input: Lines) async throws -> Cost {
        let folder = try TemporaryDirectory("reader")
        let counter = output == .syslog ? try await LineCounter(lines: input.count) : nil
        let target: Follower.Output =
            if let counter { .syslog(port: counter.port) } else if output == .file { .file } else { .journal }
        guard let program = try program.program(following: input.path, to: target, in: folder) else {
            throw MeasuringError("\(name) is not there")
        }
        let start = Stopwatch.wall
        let process = try ChildProcess(program)
        let end = start + Self.patience
        while !isDone(input, folder, counter) {
            guard Stopwatch.wall < end, process.exit == nil else {
                process.kill()
                throw MeasuringError("\(name) did not end: \(process.errors.suffix(2000))")
            }
            usleep(2000)
        }
        let wall = Stopwatch.wall - start
        process.terminate()
        _ = try await process.waitForExit(limit: .seconds(30))
        guard let usage = process.usage else { throw MeasuringError("\(name) told no processor time") }
        return Cost(wall: wall, processor: (usage.user + usage.system) / .seconds(1))
    }

    private func isDone(_ input: Lines, _ folder: TemporaryDirectory, _ counter: LineCounter?) -> Bool {
        if let counter { return counter.isDone }
        if output == .journal { return entries(folder) >= input.count }
        var state = Glibc.stat()
        let path = folder.path(Follower.output)
        // Our lines are longer than those they tell of: then the last one is looked for.
        guard stat(path, &state) == 0, Int(state.st_size) >= input.bytes else { return false }
        return !isOurs || input.isLast(in: path, size: Int(state.st_size))
    }

    /// Entries in the journal; one is the agent's own: it has started.
    private func entries(_ folder: TemporaryDirectory) -> Int {
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
        return Int(sqlite3_column_int64(statement, 0)) - 1
    }
}
