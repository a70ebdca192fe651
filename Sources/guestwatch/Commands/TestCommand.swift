import ArgumentParser
import EventModel

/// `guestwatch test FOLDER…`: translations against recorded input.
struct TestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Run fixtures: each folder holds collectors.json, input/ and expected.jsonl.",
        discussion: "Prints a difference for each case that is not as expected; exit status 1 then.")

    @Argument(help: "The folders of the cases.", completion: .directory)
    var folders: [String]

    @Flag(help: "Write what came out as what is expected.")
    var update = false

    func run() async throws {
        var failed = 0
        for folder in folders where try await !passes(folder) { failed += 1 }
        try StandardOutput.print("\(folders.count - failed) passed, \(failed) failed")
        if failed > 0 { throw ExitCode(ExitStatus.failed.rawValue) }
    }

    private func passes(_ folder: String) async throws -> Bool {
        var lines: [String] = []
        var progress = ProgressLine()
        let fixture: FixtureCase
        let expected: [String]
        do {
            fixture = try FixtureCase(folder: folder)
            try await fixture.run { events in
                lines += events.map { String(decoding: EventEncoder.encode($0), as: UTF8.self) }
                progress.show("\(folder): \(lines.count) events")
            }
            progress.clear()
            if update {
                try fixture.update(lines)
                try StandardOutput.print("updated \(folder): \(lines.count) events")
                return true
            }
            expected = try fixture.expected()
        } catch {
            progress.clear()
            try StandardOutput.print("failed \(folder): \(error)")
            return false
        }
        let difference = LineDifference(expected: expected, actual: lines)
        try StandardOutput.print("\(difference.isEmpty ? "passed" : "failed") \(folder): \(lines.count) events")
        let shown = difference.text(coloured: StandardOutput.isTerminal).map { $0 + "\n" }.joined()
        try StandardOutput.write(Array(shown.utf8))
        return difference.isEmpty
    }
}
