import AgentCore
import AgentTestKit
import EventModel
import Testing

@Suite(.timeLimit(.minutes(1))) struct WorldTests {
    @Test("a moved clock wakes the sleepers whose end has come, in order")
    func movedClock() async throws {
        let clock = TestClock()
        async let short: Void = clock.clock.sleep(.seconds(1))
        async let long: Void = clock.clock.sleep(.seconds(10))
        try await waitUntil("both sleep") { clock.sleeping == 2 }
        clock.advance(by: .seconds(1))
        try await short
        #expect(clock.sleeping == 1)
        clock.advance(by: .seconds(9))
        try await long
        #expect(clock.now == TestClock.start.advanced(by: .seconds(10)))
    }

    @Test("a cancelled sleep throws at once")
    func cancelledSleep() async throws {
        let clock = TestClock()
        let task = Task { try await clock.clock.sleep(.seconds(1)) }
        try await waitUntil("it sleeps") { clock.sleeping == 1 }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(clock.sleeping == 0)
    }

    @Test("a jumping clock moves by each sleep")
    func jumpingClock() async throws {
        let clock = TestClock(.jumping)
        for second in 1...3 { try await clock.clock.sleep(.seconds(second)) }
        #expect(clock.now.since(TestClock.start) == .seconds(6))
        #expect(clock.slept == [.seconds(1), .seconds(2), .seconds(3)])
    }

    @Test("a child's lines, exit code and signal are seen")
    func child() async throws {
        let child = try ChildProcess(
            .init("/bin/sh", ["-c", "echo ready; echo oops >&2; exit 3"], environment: ["A": "b"]))
        #expect(try await child.waitForLine { $0 == "oops" } == "oops")
        #expect(try await child.waitForExit() == .code(3))
        #expect(child.output == "ready\n" && (child.usage?.peakBytes ?? 0) > 0)

        let sleeper = try ChildProcess(.init("/bin/sleep", ["600"]))
        #expect(sleeper.exit == nil && sleeper.residentBytes != nil)
        sleeper.kill()
        #expect(try await sleeper.waitForExit() == .signal(9))
    }

    @Test("a child that reads its input ends when the input does, in its directory")
    func input() async throws {
        let directory = try TemporaryDirectory()
        var program = ChildProcess.Program("/bin/sh", ["-c", "pwd; cat"], directory: directory.path)
        program.holdsInput = true
        let child = try ChildProcess(program)
        #expect(try await child.waitForLine { _ in true } == directory.path)
        #expect(child.exit == nil)
        child.closeInput()
        #expect(try await child.waitForExit() == .code(0))
    }

    @Test("a child that ends early is told with what it wrote")
    func early() async throws {
        let child = try ChildProcess(.init("/bin/sh", ["-c", "echo no port >&2; exit 1"]))
        await #expect { try await child.waitForLine { $0 == "ready" } } throws: { "\($0)".contains("no port") }
    }

    @Test("a temporary directory goes with all that is in it")
    func directory() throws {
        var directory: TemporaryDirectory? = try TemporaryDirectory()
        let path = try #require(directory?.path)
        #expect(TestFile.write("hello".utf8, to: "\(path)/file"))
        #expect(TestFile.text("\(path)/file") == "hello" && directory?.names == ["file"])
        directory = nil
        #expect(!TestFile.exists(path))
    }

    @Test("the package's root and its built program are found")
    func places() {
        #expect(TestFile.exists(PackageRoot["Package.swift"]))
        #expect(BuiltProduct.path("guestwatch").contains(".build"))
    }

    @Test("text with references, comments and CDATA is read, ill-formed text is not")
    func trees() throws {
        let text = "<?xml version=\"1.0\"?><a:b x='1&lt;2'><!-- c --><c>&#65;&amp;<![CDATA[<d>]]></c><c/></a:b>"
        let tree = try #require(XMLTree(Array(text.utf8)))
        #expect(tree.name == "b" && tree.attributes == ["x": "1<2"] && tree.all("c").map(\.text) == ["A&<d>", ""])
        for broken in ["", "<a>", "<a></b>", "<a x></a>", "<a>&no;</a>", "<!DOCTYPE a><a/>", "text"] {
            #expect(XMLTree(Array(broken.utf8)) == nil, "\(broken)")
        }
    }
}
