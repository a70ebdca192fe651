import CLinux
import Glibc

/// A program the agent runs: in a process group of its own, with pipes for what it says.
///
/// Nothing of it outlives the agent's interest: `deinit` and `kill` end the whole group, and the kernel kills the
/// program when the thread that started it ends, also by the death of the agent. Start it therefore on a thread that
/// lives as long as the program shall, as that of a `ThreadExecutor`.
package final class ChildProgram: Sendable {
    /// What to start.
    package struct Command: Sendable, Hashable {
        /// The program and its arguments. A name without a slash is looked for in the `PATH` of `environment`.
        package var arguments: [String]
        /// The whole environment.
        package var environment: [String: String]
        /// Where it works; nil: where the agent does.
        package var directory: String?

        package init(_ arguments: [String], environment: [String: String] = [:], directory: String? = nil) {
            (self.arguments, self.environment, self.directory) = (arguments, environment, directory)
        }
    }

    /// How a program ended.
    package enum Exit: Sendable, Hashable, CustomStringConvertible {
        case code(Int32)
        case signal(Int32)

        package var description: String {
            switch self {
            case .code(let code): "exit status \(code)"
            case .signal(let number): "signal \(number)"
            }
        }
    }

    /// The process id, which is that of its group too.
    package let pid: Int32
    /// Its standard output, for reading without waiting.
    package let output: Descriptor
    /// Its standard error, for reading without waiting.
    package let errors: Descriptor
    /// Readable when the program has ended, reaped or not; nil where the kernel has no pidfd: then only `exit` says it.
    package let ending: Descriptor?
    private let ended = Locked<Exit?>(nil)

    /// Starts a program, with nothing on its standard input. Throws what exec(2) said about it.
    package init(_ command: Command) throws(SystemError) {
        let output = try Pipe(for: command)
        let errors = try Pipe(for: command)
        // A pipe that nobody writes to: at its end from the beginning.
        let input = try Pipe(for: command)
        input.write.close()
        let (pid, pidfd) = try Self.spawn(command, input.read.raw, output.write.raw, errors.write.raw)
        (self.pid, self.output, self.errors) = (pid, output.read, errors.read)
        ending = pidfd >= 0 ? Descriptor(pidfd) : nil
    }

    deinit {
        kill()
    }

    /// How it ended; nil while it runs. What it left running in its group is killed then.
    package var exit: Exit? { reap(waiting: false) }

    /// Asks the whole group to end: SIGTERM.
    package func terminate() {
        ended.withLock { if $0 == nil { _ = Glibc.kill(-pid, SIGTERM) } }
    }

    /// Kills the whole group and waits for the program, which cannot take long: SIGKILL.
    package func kill() {
        ended.withLock { if $0 == nil { _ = Glibc.kill(-pid, SIGKILL) } }
        _ = reap(waiting: true)
    }

    private func reap(waiting: Bool) -> Exit? {
        ended.withLock { ended in
            if ended != nil { return ended }
            var found = siginfo_t()
            // Looked at first and taken away later: until then the group's number cannot become somebody else's.
            let flags = WEXITED | WNOWAIT | (waiting ? 0 : WNOHANG)
            while waitid(P_PID, id_t(pid), &found, flags) != 0 {
                if errno == EINTR { continue }
                // Somebody else took it.
                ended = .code(-1)
                return ended
            }
            guard found.si_signo != 0 else { return nil }
            _ = Glibc.kill(-pid, SIGKILL)
            var status: Int32 = 0
            while waitpid(pid, &status, 0) < 0, errno == EINTR {}
            let signal = status & 0x7F
            ended = signal == 0 ? .code((status >> 8) & 0xFF) : .signal(signal)
            return ended
        }
    }

    private static func spawn(
        _ command: Command, _ input: Int32, _ output: Int32, _ errors: Int32
    ) throws(SystemError) -> (pid: Int32, pidfd: Int32) {
        guard let name = command.arguments.first, !name.isEmpty else {
            throw SystemError("start", "a program without a name", code: EINVAL)
        }
        let path = name.contains("/") ? name : self.path(of: name, in: command.environment["PATH"] ?? "")
        let environment = command.environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        var pidfd: Int32 = -1
        var code: Int32 = 0
        let pid = withCStrings(command.arguments) { arguments in
            withCStrings(environment) { environment in
                // SAFETY: the program's strings live until the closures return; gw_spawn keeps none of them.
                func start(in directory: UnsafePointer<CChar>?) -> Int32 {
                    path.withCString { path in
                        var program = gw_program(
                            path: path, arguments: arguments, environment: environment, directory: directory)
                        let pid = gw_spawn(&program, input, output, errors, &pidfd)
                        code = errno
                        return pid
                    }
                }
                return command.directory?.withCString { start(in: $0) } ?? start(in: nil)
            }
        }
        guard pid > 0 else { throw SystemError("start", name, code: code) }
        return (pid, pidfd)
    }

    /// The first executable file of that name in the folders of a `PATH`; the name itself where there is none, for
    /// exec(2) to complain about.
    private static func path(of name: String, in folders: String) -> String {
        let candidates = folders.split(separator: ":").map { "\($0)/\(name)" }
        return candidates.first { access($0, X_OK) == 0 } ?? name
    }

    private static func withCStrings<Result>(
        _ strings: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
    ) -> Result {
        // SAFETY: the copies live until the body has returned; the list ends with a null pointer.
        let pointers = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: strings.count + 1)
        defer { pointers.deallocate() }
        for (index, string) in strings.enumerated() { (pointers + index).initialize(to: strdup(string)) }
        (pointers + strings.count).initialize(to: nil)
        defer { for index in strings.indices { free(pointers[index]) } }
        return body(pointers)
    }
}

/// A pipe whose reading end never waits.
private struct Pipe {
    let read: Descriptor
    let write: Descriptor

    init(for command: ChildProgram.Command) throws(SystemError) {
        var ends: [Int32] = [-1, -1]
        // SAFETY: gw_pipe writes two descriptors into the array of two.
        let status = ends.withUnsafeMutableBufferPointer { $0.baseAddress.map { gw_pipe($0) } ?? -1 }
        guard status == 0 else { throw SystemError("make a pipe for", command.arguments.first ?? "") }
        (read, write) = (Descriptor(ends[0]), Descriptor(ends[1]))
        _ = fcntl(read.raw, F_SETFL, O_NONBLOCK)
    }
}
