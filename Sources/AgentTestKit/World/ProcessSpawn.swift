import Glibc
import Platform

/// The system calls behind `ChildProcess`.
enum ProcessSpawn {
    /// Held while descriptors exist that a child must not inherit and are not marked so yet.
    static let lock = Locked(())

    /// Starts a program with files for its output; gives its pid. `input`: its standard input.
    static func start(
        _ program: ChildProcess.Program, input: Int32, output: String, errors: String
    ) throws(SystemCallError) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        let flags = O_WRONLY | O_CREAT | O_APPEND
        posix_spawn_file_actions_adddup2(&actions, input, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, flags, 0o644)
        posix_spawn_file_actions_addopen(&actions, 2, errors, flags, 0o644)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
        let environment = program.environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        // env(1) changes the directory and becomes the program, with the same pid.
        let command = (program.directory.map { ["/usr/bin/env", "-C", $0] } ?? []) + [program.path] + program.arguments
        var pid = pid_t()
        let status = withCStrings(command) { arguments in
            withCStrings(environment) { environment in
                posix_spawn(&pid, command[0], &actions, &attributes, arguments, environment)
            }
        }
        guard status == 0 else { throw SystemCallError(attempt: "start \"\(program.path)\"", errno: status) }
        return pid
    }

    /// How the process ended and what it used; nil while it runs, code -1 when somebody else asked first.
    static func reap(_ pid: pid_t) -> (ChildProcess.Exit, ChildProcess.Usage)? {
        var status: Int32 = 0
        var usage = rusage()
        let reaped = wait4(pid, &status, WNOHANG, &usage)
        if reaped < 0, errno == ECHILD { return (.code(-1), .init(peakBytes: 0, user: .zero, system: .zero)) }
        guard reaped == pid else { return nil }
        let signal = status & 0x7F
        let exit = signal == 0 ? ChildProcess.Exit.code((status >> 8) & 0xFF) : .signal(signal)
        return (
            exit,
            ChildProcess.Usage(
                peakBytes: usage.ru_maxrss * 1024, user: duration(usage.ru_utime), system: duration(usage.ru_stime))
        )
    }

    private static func duration(_ time: timeval) -> Duration {
        .seconds(time.tv_sec) + .microseconds(time.tv_usec)
    }

    private static func withCStrings<Result>(
        _ strings: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result
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
