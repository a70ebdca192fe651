import Glibc
import Measuring

/// The program `sleepers`, and through it the processes that fill the cgroups: they end with it.
final class Sleepers {
    private let pid: pid_t
    private let input: Int32

    init(each: Int, in folders: [String]) throws {
        var (toChild, fromChild): ([Int32], [Int32]) = ([0, 0], [0, 0])
        guard pipe(&toChild) == 0, pipe(&fromChild) == 0 else { throw MeasuringError("cannot make a pipe") }
        for descriptor in toChild + fromChild { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        let program = "\(OwnProgram.folder)/sleepers"
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_adddup2(&actions, toChild[0], 0)
        posix_spawn_file_actions_adddup2(&actions, fromChild[1], 1)
        var child: pid_t = 0
        // SAFETY: both strings are freed after the call, which copies them.
        let arguments = [strdup(program), strdup("\(each)"), nil]
        defer { for argument in arguments { free(argument) } }
        guard posix_spawn(&child, program, &actions, nil, arguments, nil) == 0 else {
            throw MeasuringError("cannot start \"\(program)\"")
        }
        (pid, input) = (child, toChild[1])
        close(toChild[0])
        close(fromChild[1])
        let text = folders.joined(separator: "\n") + "\n\n"
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { write(toChild[1], $0.baseAddress, $0.count) }
            guard written > 0 else { throw MeasuringError("\"sleepers\" ended") }
            rest = rest.dropFirst(written)
        }
        var byte: UInt8 = 0
        guard Glibc.read(fromChild[0], &byte, 1) == 1 else { throw MeasuringError("\"sleepers\" could not start all") }
    }

    /// Ends them.
    func end() {
        close(input)
        var status: Int32 = 0
        waitpid(pid, &status, 0)
    }
}
