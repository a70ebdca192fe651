import Foundation
import Testing

@testable import Platform

@Suite("Pages that only start-up needed")
struct ProgramPagesTests {
    private static let changed = Locked(0)

    @Test("what differs from the program's files stays, the rest is let go of")
    func differing() throws {
        Self.changed.withLock { $0 = 42 }
        let before = try unwritableKilobytes()

        ProgramPages.releaseUnused()

        #expect(try unwritableKilobytes() < before / 2)
        #expect(Self.changed.withLock(\.self) == 42)
    }

    /// How much of files is in memory where it can only be read or run, not counting what relocation made this
    /// process'.
    private func unwritableKilobytes() throws -> Int {
        let text = try String(contentsOfFile: "/proc/self/smaps", encoding: .utf8)
        var sum = 0
        var counts = false
        var resident = 0
        for fields in text.split(separator: "\n").map({ $0.split(separator: " ") }) {
            switch fields[0] {
            case "Rss:": resident = Int(fields[1]) ?? 0
            case "Anonymous:": sum += counts && fields[1] == "0" ? resident : 0
            case let first where first.contains("-"):
                counts = fields.count >= 6 && ["r--p", "r-xp"].contains(fields[1])
            default: continue
            }
        }
        return sum
    }
}
