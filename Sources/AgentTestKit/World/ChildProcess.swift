import Glibc
import Platform

/// A program started by a test, with its output in files. It is killed when this value goes.
///
/// Only the process this value started is ever signalled, by its id, and only until it was reaped.
package final class ChildProcess: Sendable {
    /// What to start.
    package struct Program: Sendable {
        /// The path of the executable.
        package var path: String
        package var arguments: [String]
        /// The whole environment.
        package var environment: [String: String]
        /// nil: that of the test.
        package var directory: String?
        /// Its standard input stays open until `closeInput()`; otherwise it is empty.
        package var holdsInput = false

        package init(
            _ path: String, _ arguments: [String] = [], environment: [String: String] = [:], directory: String? = nil
        ) {
            (self.path, self.arguments, self.directory) = (path, arguments, directory)
            self.environment = ["PATH": Environment["PATH"] ?? "/usr/bin:/bin"].merging(environment) { $1 }
        }
    }

    /// How a process ended.
    package enum Exit: Sendable, Hashable {
        case code(Int32)
        case signal(Int32)
    }

    /// What a process used over its whole life.
    package struct Usage: Sendable, Hashable {
        /// The largest resident set, in bytes.
        package var peakBytes: Int
        package var user: Duration
        package var system: Duration
    }

    private struct State {
        var end: (Exit, Usage)?
        var input: Int32?
    }

    /// The process id.
    package let pid: Int32
    private let folder: TemporaryDirectory
    private let state: Locked<State>

    /// Starts the program.
    package init(_ program: Program) throws {
        let folder = try TemporaryDirectory("child")
        let (pid, input) = try ProcessSpawn.lock.withLock { _ throws in
            var ends: [Int32] = [-1, -1]
            if program.holdsInput {
                // SAFETY: pipe writes two descriptors into the array of two.
                _ = ends.withUnsafeMutableBufferPointer { $0.baseAddress.map { pipe($0) } }
                for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            } else {
                ends[0] = open("/dev/null", O_RDONLY | O_CLOEXEC)
            }
            defer { close(ends[0]) }
            let pid = try ProcessSpawn.start(
                program, input: ends[0], output: folder.path("stdout"), errors: folder.path("stderr"))
            return (pid, program.holdsInput ? ends[1] : nil)
        }
        (self.folder, self.pid) = (folder, pid)
        state = Locked(State(input: input))
    }

    deinit {
        kill()
        while exit == nil { usleep(500) }
        closeInput()
    }

    /// What it wrote to standard output so far.
    package var output: String { TestFile.text(folder.path("stdout")) ?? "" }

    /// What it wrote to standard error so far.
    package var errors: String { TestFile.text(folder.path("stderr")) ?? "" }

    /// How it ended; nil while it runs.
    package var exit: Exit? { reaped?.0 }

    /// What it used; nil while it runs.
    package var usage: Usage? { reaped?.1 }

    /// Its resident memory now, in bytes; nil when it runs no more.
    package var residentBytes: Int? {
        let lines = TestFile.text("/proc/\(pid)/status")?.split(separator: "\n") ?? []
        let line = lines.first { $0.hasPrefix("VmRSS:") }
        return line.flatMap { Int($0.filter(\.isNumber)) }.map { $0 * 1024 }
    }

    /// SIGTERM.
    package func terminate() {
        signal(SIGTERM)
    }

    /// SIGKILL.
    package func kill() {
        signal(SIGKILL)
    }

    /// Sends a signal, unless the process has ended. After SIGSTOP it stands still: its threads stop one by one.
    package func signal(_ number: Int32) {
        let isSent = state.withLock { state in
            if state.end == nil { state.end = ProcessSpawn.reap(pid) }
            return state.end == nil && Glibc.kill(pid, number) == 0
        }
        if isSent, number == SIGSTOP { Self.awaitStop(of: pid) }
    }

    /// Returns when a child that was sent SIGSTOP has stopped, or ended.
    package static func awaitStop(of child: Int32) {
        var report = siginfo_t()
        while waitid(P_PID, id_t(child), &report, WSTOPPED | WEXITED | WNOWAIT) != 0, errno == EINTR {}
    }

    /// Ends its standard input.
    package func closeInput() {
        state.withLock { state in
            if let input = state.input { close(input) }
            state.input = nil
        }
    }

    /// Waits until it has ended.
    package func waitForExit(limit: Duration = .seconds(20)) async throws -> Exit {
        try await waitUntil("process \(pid) ends; it wrote \"\(errors.suffix(400))\"", limit: limit) {
            self.exit != nil
        }
        return exit ?? .code(-1)
    }

    /// Waits until a whole line of its output (either) fulfils a condition; gives that line.
    package func waitForLine(
        limit: Duration = .seconds(20), where isWanted: @escaping @Sendable (Substring) -> Bool
    ) async throws -> String {
        let found = Locked<String?>(nil)
        try await waitUntil("process \(pid) writes the line; it wrote \"\(errors.suffix(400))\"", limit: limit) {
            let hasEnded = self.exit != nil
            let line = self.lines().first(where: isWanted).map(String.init)
            found.withLock { $0 = line }
            if line == nil, hasEnded { throw EndedEarly(exit: self.exit, errors: self.errors) }
            return line != nil
        }
        return found.withLock { $0 } ?? ""
    }

    private func lines() -> [Substring] {
        [output, errors].flatMap { text in
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            return lines.dropLast()
        }
    }

    private var reaped: (Exit, Usage)? {
        state.withLock { state in
            if state.end == nil { state.end = ProcessSpawn.reap(pid) }
            return state.end
        }
    }
}

/// A process ended before it wrote what was waited for.
package struct EndedEarly: Error, CustomStringConvertible {
    /// How it ended.
    package let exit: ChildProcess.Exit?
    /// What it wrote to standard error.
    package let errors: String

    package init(exit: ChildProcess.Exit?, errors: String) {
        (self.exit, self.errors) = (exit, errors)
    }

    package var description: String { "the process ended with \(exit.map { "\($0)" } ?? "?"): \(errors.suffix(2000))" }
}
