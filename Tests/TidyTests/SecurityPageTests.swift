import Foundation
import Testing

/// `Docs/Security.md` claims nothing without a test that would notice.
@Suite("The threat model")
struct SecurityPageTests {
    private struct Threat {
        var line: Int
        var cells: [String]
    }

    /// The rows of all tables that have a column `test`.
    private static func threats() throws -> [Threat] {
        let text = try String(contentsOf: Tree.root.appendingPathComponent("Docs/Security.md"), encoding: .utf8)
        var threats: [Threat] = []
        var isTable = false
        for (number, line) in text.components(separatedBy: "\n").enumerated() {
            guard line.hasPrefix("|") else {
                isTable = false
                continue
            }
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            if cells.last == "test" {
                isTable = true
            } else if isTable, !line.hasPrefix("|-") {
                threats.append(Threat(line: number + 1, cells: cells))
            }
        }
        return threats
    }

    /// `Suite.function` of every test there is.
    private static func tests() throws -> Set<String> {
        var tests: Set<String> = []
        for file in try Tree.swiftFiles(in: "Tests") {
            var suite = ""
            var isTest = false
            for line in file.lines {
                let words = line.split { $0 == " " || $0 == "(" || $0 == ":" }
                if let place = words.firstIndex(where: { $0 == "struct" || $0 == "class" }), place + 1 < words.count,
                    words[place + 1].hasSuffix("Tests"), !line.contains("//")
                {
                    suite = String(words[place + 1])
                }
                if line.contains("@Test") { isTest = true }
                if isTest, words.first == "func", words.count > 1 {
                    tests.insert("\(suite).\(words[1])")
                    isTest = false
                }
            }
        }
        return tests
    }

    @Test("each threat has what stands against it and a test, and each test that is named exists")
    func named() throws {
        let (threats, tests) = (try Self.threats(), try Self.tests())
        #expect(threats.count > 20 && tests.count > 500)
        for threat in threats {
            #expect(threat.cells.count == 3 && !threat.cells.contains(""), "line \(threat.line)")
            let names = (threat.cells.last ?? "").matches(of: /`(\w+)\.(\w+)`/).map { "\($0.output.1).\($0.output.2)" }
            #expect(!names.isEmpty, "line \(threat.line) names no test")
            for name in names { #expect(tests.contains(name), "line \(threat.line): there is no test \(name)") }
        }
    }
}
