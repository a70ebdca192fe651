import Glibc
import Testing

@testable import Platform

@Suite struct ChildProgramTests {
    private func run(_ arguments: [String], directory: String? = nil, environment: [String: String] = [:]) throws
        -> (output: String, errors: String, exit: ChildProgram.Exit)
    {
        let program = try ChildProgram(
            ChildProgram.Command(
                arguments, environment: environment.merging(["PATH": "/usr/bin:/bin"]) { old, _ in old },
                directory: directory))
        let exit = try wait(for: program)
        return (try text(of: program.output), try text(of: program.errors), exit)
    }

    private func wait(for program: ChildProgram) throws -> ChildProgram.Exit {
        for _ in 0..<5000 {
            if let exit = program.exit { return exit }
            usleep(1000)
        }
        throw SystemError("wait for", "the program", code: ETIMEDOUT)
    }

    private func text(of descriptor: Descriptor) throws -> String {
        var bytes: [UInt8] = []
        while let piece = try descriptor.read(upTo: 4096), !piece.isEmpty { bytes += piece }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test("what a program writes, where it works and how it ends is seen")
    func runs() throws {
        let ran = try run(
            ["sh", "-c", "pwd; echo $A >&2; cat; exit 3"], directory: "/usr", environment: ["A": "b c"])
        #expect(ran.output == "/usr\n")
        #expect(ran.errors == "b c\n")
        #expect(ran.exit == .code(3))
        #expect(try run(["sh", "-c", "kill -9 $$"]).exit == .signal(9))
    }

    @Test(
        "a program that cannot be started is an error with the system's words",
        .enabled(if: dlsym(nil, "__tsan_init") == nil, "ThreadSanitizer makes vfork a fork: the child cannot say why"))
    func absent() {
        let error = #expect(throws: SystemError.self) { try run(["gw-no-such-program"]) }
        #expect(error?.description == "cannot start \"gw-no-such-program\": No such file or directory")
        #expect(throws: SystemError.self) { try run([]) }
        #expect(throws: SystemError.self) { try run(["true"], directory: "/nowhere") }
    }

    @Test("a program inherits no descriptor, no blocked signal, and has a group of its own")
    func clean() throws {
        var set = sigset_t()
        sigemptyset(&set)
        sigaddset(&set, SIGTERM)
        pthread_sigmask(SIG_BLOCK, &set, nil)
        defer { pthread_sigmask(SIG_UNBLOCK, &set, nil) }
        let ran = try run([
            "sh", "-c",
            "ls /proc/$$/fd | tr '\\n' ' '; grep SigBlk /proc/$$/status; cut -d' ' -f5 /proc/$$/stat; echo $$",
        ])
        let lines = ran.output.split(separator: "\n")
        #expect(lines[0].hasPrefix("0 1 2 ") && lines[0].hasSuffix("0000000000000000"))
        #expect(lines[1] == lines[2])
    }

    @Test("what a program left running in its group ends with it")
    func group() throws {
        let ran = try run(["sh", "-c", "sleep 300 & echo $!"])
        let pid = try #require(Int32(ran.output.dropLast()))
        for _ in 0..<1000 where kill(pid, 0) == 0 && !isZombie(pid) { usleep(1000) }
        #expect(kill(pid, 0) != 0 || isZombie(pid))
    }

    @Test("it is killed when its owner lets go of it")
    func owner() throws {
        var program: ChildProgram? = try ChildProgram(
            ChildProgram.Command(["sleep", "300"], environment: ["PATH": "/usr/bin:/bin"]))
        let pid = try #require(program?.pid)
        #expect(kill(pid, 0) == 0)
        program = nil
        #expect(kill(pid, 0) != 0)
    }

    @Test("it is killed when the thread that started it ends, as it does when the agent is killed")
    func thread() throws {
        let pid = Locked<Int32>(0)
        let kept = Locked<ChildProgram?>(nil)
        Thread.start(name: "starter") {
            let program = try? ChildProgram(
                ChildProgram.Command(["sleep", "300"], environment: ["PATH": "/usr/bin:/bin"]))
            kept.withLock { $0 = program }
            pid.withLock { $0 = program?.pid ?? -1 }
        }
        for _ in 0..<1000 where pid.withLock({ $0 }) == 0 { usleep(1000) }
        let program = try #require(kept.withLock { $0 })
        #expect(try wait(for: program) == .signal(SIGKILL))
    }

    private func isZombie(_ pid: Int32) -> Bool {
        let bytes = (try? File.read("/proc/\(pid)/stat", limit: 4096)) ?? []
        return String(decoding: bytes, as: UTF8.self).contains(") Z ")
    }
}

@Suite struct LineSplitterTests {
    @Test("lines are the same whatever the pieces", arguments: 1...7)
    func pieces(length: Int) {
        let bytes = Array("one\n\ntwo and a half\nthree".utf8)
        var splitter = LineSplitter(limit: 100)
        var lines: [String] = []
        for start in stride(from: 0, to: bytes.count, by: length) {
            let piece = bytes[start..<min(start + length, bytes.count)]
            lines += splitter.take(piece).map { String(decoding: $0.bytes, as: UTF8.self) }
        }
        #expect(lines == ["one", "", "two and a half"])
        #expect(splitter.finish()?.bytes == Array("three".utf8))
        #expect(splitter.finish() == nil)
    }

    @Test("of a line beyond the limit its beginning is kept, and the next line is whole")
    func limit() {
        var splitter = LineSplitter(limit: 4)
        let lines = splitter.take(Array("123456789\nab\n1234\n".utf8))
        #expect(lines.map(\.isCut) == [true, false, false])
        #expect(lines.map { String(decoding: $0.bytes, as: UTF8.self) } == ["1234", "ab", "1234"])
    }
}
