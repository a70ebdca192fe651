import Foundation
import Testing

/// Docs/Conformance.md says of every number of the conformance list where it is tested, or why it is not.
///
/// `GOLDEN=update` writes its two lists anew from the names of the tests.
@Suite("The conformance page")
struct ConformanceTests {
    private static let path = Tree.root.appendingPathComponent("Docs/Conformance.md")
    private static let marks = (begin: "<!-- made -->\n", end: "<!-- end -->")

    /// All numbers there are, in order.
    private static let all: [String] =
        numbers("VIC", 1...27) + numbers("YK", 1...63) + numbers("VP", 1...18) + numbers("NV", 1...7)
        + numbers("NV", 10...23) + numbers("BT", 1...36) + numbers("BT", 40...51) + ["BT-60"]
        + (1...20).map { "B\($0)" }

    private static func numbers(_ system: String, _ range: ClosedRange<Int>) -> [String] {
        range.map { String(format: "\(system)-%02d", $0) }
    }

    /// The numbers a text names: `YK-01`, `B7`, and all of `YK-04 to YK-14`.
    private static func numbers(in text: String) -> [String] {
        let pattern = /\b(?:(VIC|YK|VP|NV|BT)-|B)(\d{1,2})[a-z]?(?:(?: to |\.\.)(?:\1-|B)?(\d{1,2})[a-z]?)?\b/
        return text.matches(of: pattern).flatMap { match -> [String] in
            guard let first = Int(match.output.2) else { return [] }
            let last = match.output.3.flatMap { Int($0) } ?? first
            let range = first...max(first, last)
            return match.output.1.map { numbers(String($0), range) } ?? range.map { "B\($0)" }
        }
    }

    /// The test files by the numbers in the names of their tests.
    private static func carried() throws -> [String: Set<String>] {
        var files: [String: Set<String>] = [:]
        for file in try Tree.swiftFiles(in: "Tests") where !file.path.contains("TidyTests") {
            let name = String(file.path.split(separator: "/").last?.dropLast(6) ?? "")
            for match in file.text.matches(of: /@Test\(\s*"((?:[^"\\]|\\.)*)"/) {
                for number in numbers(in: String(match.output.1)) { files[number, default: []].insert(name) }
            }
        }
        return files
    }

    /// The numbers in the first column of a section's table.
    private static func listed(under title: String, of page: String) -> [String] {
        guard let start = page.range(of: "### \(title)\n") else { return [] }
        let section = page[start.upperBound...].prefix { $0 != "#" }
        return section.split(separator: "\n").flatMap { line in
            numbers(in: String(line.split(separator: "|", omittingEmptySubsequences: true).first ?? ""))
        }
    }

    private static func lists(_ carried: [String: Set<String>], without explained: Set<String>) -> String {
        var text = "\n### Tested\n\n| number | in |\n|---|---|\n"
        for number in all {
            guard let files = carried[number] else { continue }
            text += "| \(number) | \(files.sorted().map { "`\($0)`" }.joined(separator: ", ")) |\n"
        }
        let open = all.filter { carried[$0] == nil && !explained.contains($0) }
        if !open.isEmpty { text += "\n### Open\n\nNo test has their number yet: \(open.joined(separator: ", ")).\n" }
        return text + "\n"
    }

    @Test("every number is tested where the page says, does not apply for a reason, or waits; none is two of these")
    func numbersOfThePage() throws {
        let carried = try Self.carried()
        var page = try String(contentsOf: Self.path, encoding: .utf8)
        let begin = try #require(page.range(of: Self.marks.begin)).upperBound
        let end = try #require(page.range(of: Self.marks.end)).lowerBound
        let without = Self.listed(under: "Does not apply", of: page) + Self.listed(under: "Later", of: page)
        #expect(Set(without).count == without.count, "a number stands there twice")
        #expect(Set(without).isDisjoint(with: carried.keys), "has a test: \(without.filter { carried[$0] != nil })")
        #expect(Set(carried.keys).union(without).isSubset(of: Self.all), "no such number")
        let lists = Self.lists(carried, without: Set(without))
        if ProcessInfo.processInfo.environment["GOLDEN"] == "update" {
            page.replaceSubrange(begin..<end, with: lists)
            try page.write(to: Self.path, atomically: true, encoding: .utf8)
        } else {
            #expect(page[begin..<end] == lists, "GOLDEN=update swift test --filter ConformanceTests writes them anew")
        }
    }

    @Test("the capabilities are all there, each with what shows it")
    func capabilities() throws {
        let page = try String(contentsOf: Self.path, encoding: .utf8)
        let rows = page.split(separator: "\n").filter { $0.firstMatch(of: /^\| \d+ \|/) != nil }
        let files = try Tree.swiftFiles(in: "Tests") + Tree.swiftFiles(in: "Sources/AgentTestKit")
        let declared = Set(
            files.flatMap { $0.text.matches(of: /(?:struct|enum) (\w+)/).map { String($0.output.1) } })
        #expect(rows.count == 47)
        for row in rows {
            let cells = row.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            #expect(cells.count == 9 && (cells[8] == "later" || cells[8].contains("`")), "\(row)")
            for match in (cells.last ?? "").matches(of: /`(\w+)`/) {
                #expect(declared.contains(String(match.output.1)), "no such test: \(row)")
            }
        }
    }
}
