import AgentTestKit
import EventModel
import Testing

/// The examples of `README.md`: a block marked `console` holds lines `$ command` and, below each, what it prints; `…`
/// stands for anything. A block marked `json` that has `collectors` is a configuration.
@Suite("The README's examples")
struct ReadmeTests {
    struct Example: CustomStringConvertible, Sendable {
        var command: String
        var output: [String]
        var description: String { command }
    }

    static let text = TestFile.text(PackageRoot["README.md"]) ?? ""

    static func blocks(of language: String) -> [String] {
        text.matches(of: /(?ms)^```(\w+)\n(.*?)^```/).filter { $0.output.1 == language }.map { String($0.output.2) }
    }

    static let examples: [Example] = blocks(of: "console").flatMap { block in
        var examples: [Example] = []
        for line in block.split(separator: "\n") {
            if line.hasPrefix("$ ") {
                examples.append(Example(command: String(line.dropFirst(2)), output: []))
            } else if !examples.isEmpty {
                examples[examples.count - 1].output.append(String(line))
            }
        }
        return examples
    }

    @Test("every command of the README does what the README shows", arguments: examples)
    func command(example: Example) async throws {
        let directory = BuiltProduct.path("guestwatch").split(separator: "/").dropLast().joined(separator: "/")
        var program = ChildProcess.Program("/bin/bash", ["-c", example.command], directory: PackageRoot.path)
        program.environment["PATH"] = "/\(directory):/usr/bin:/bin"
        let process = try ChildProcess(program)
        #expect(try await process.waitForExit(limit: .seconds(120)) == .code(0), "\(process.output)\(process.errors)")
        let lines = process.output.split(separator: "\n")
        for wanted in example.output where wanted != "…" {
            let parts = wanted.split(separator: "…").map(String.init)
            #expect(lines.contains { Self.holds($0, parts) }, "\"\(wanted)\" in \(process.output.prefix(2000))")
        }
    }

    @Test("there are examples")
    func thereAreExamples() {
        #expect(Self.examples.count >= 5)
    }

    @Test("every configuration of the README is accepted")
    func configurations() async throws {
        let configurations = Self.blocks(of: "json").filter { $0.contains("\"collectors\"") }
        #expect(!configurations.isEmpty)
        for text in configurations {
            let sound = text.replacing("5A:0F:…", with: Array(repeating: "AB", count: 32).joined(separator: ":"))
            let workplace = try Workplace(configuration: try JSONDocument(Array(sound.utf8)).root.value)
            let (exit, _, errors) = try await workplace.run(["check"])
            #expect(exit == .code(0), "\(errors)")
        }
    }

    @Test("the event of the README is one")
    func event() throws {
        let block = try #require(Self.blocks(of: "json").first { $0.contains("\"specversion\"") })
        let placed = try EventDecoder.decode(Array(block.utf8))
        #expect(placed.sequence == 4711)
        #expect(placed.event.guest == Guest(kind: .vm, id: "vm-41", name: "db-1", host: "esx1.example"))
    }

    private static func holds(_ line: Substring, _ parts: [String]) -> Bool {
        var rest = line[...]
        for part in parts {
            guard let range = rest.firstRange(of: part) else { return false }
            rest = rest[range.upperBound...]
        }
        return true
    }
}
