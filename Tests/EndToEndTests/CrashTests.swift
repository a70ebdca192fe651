import AgentTestKit
import EventModel
import Testing

/// The short forms of `make torture`: programs of `Tests/crash` that harm the built agent and check its promises with
/// `Tests/checker`, which shares no code with it.
@Suite("Crashes", .serialized) struct CrashTests {
    @Test(
        "in every state a power cut may leave, what was told is there, and the agent goes on without loss or repeat",
        .timeLimit(.minutes(10)))
    func powerCuts() async throws {
        let (exit, output) = try await TestScript("crash/powercut.py").run([
            "--agent", BuiltProduct.path("guestwatch"), "--states", "150", "--histories", "10",
            "--forgive-folders",
        ])
        #expect(exit == .code(0), "\(output.suffix(4000))")
        #expect(output.contains("power cuts: 150 states"), "\(output.suffix(4000))")
    }

    @Test(
        "a disk that only pretends to force what was written is found out", .timeLimit(.minutes(10)),
        arguments: ["log", "archive"])
    func lyingDisk(fault: String) async throws {
        let (exit, output) = try await TestScript("crash/powercut.py").run([
            "--agent", BuiltProduct.path("guestwatch"), "--states", "16", "--histories", "2", "--plant", fault,
        ])
        #expect(exit == .code(0), "\(output.suffix(4000))")
    }

    @Test("whatever fails of disk and process, nothing is lost when it is mended", .timeLimit(.minutes(10)))
    func faults() async throws {
        let (exit, output) = try await TestScript("crash/faults.py").run([
            "--agent", BuiltProduct.path("guestwatch"), "--rounds", "1",
        ])
        #expect(exit == .code(0), "\(output.suffix(4000))")
    }
}

/// A program in Python beside the tests.
struct TestScript {
    let path: String

    /// `name` is a path below `Tests`.
    init(_ name: String) {
        path = #filePath.replacing("EndToEndTests/CrashTests.swift", with: name)
    }

    /// Runs it to its end; gives what it wrote, errors last.
    func run(_ arguments: [String], limit: Duration = .seconds(540)) async throws -> (ChildProcess.Exit, String) {
        let folder = try TemporaryDirectory("script")
        let script = try ChildProcess(
            .init(
                "/usr/bin/python3", [path] + arguments,
                environment: ["PYTHONDONTWRITEBYTECODE": "1", "HOME": folder.path], directory: folder.path))
        let exit = try await script.waitForExit(limit: limit)
        return (exit, script.output + script.errors)
    }

    /// Checks a journal and what was made of it with `Tests/checker`.
    static func check(_ arguments: [String]) async throws {
        let (exit, output) = try await TestScript("checker/check.py").run(arguments)
        #expect(exit == .code(0), "\(output)")
    }
}
