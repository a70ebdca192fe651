import AgentTestKit
import Collectors
import Testing

@Suite("Cutting lines")
struct LineCutterTests {
    private func cut(
        _ text: String, limit: Int = 1024, patience: LineCutter.Patience = .waits, isBeginning: Bool = true
    ) -> [String] {
        let bytes = Array(text.utf8)[...]
        var passesOver = false
        let cut = LineCutter(limit: limit).cut(
            bytes, isBeginning: isBeginning, passesOver: &passesOver, patience: patience)
        return cut.lines.map { String(decoding: bytes[$0.bytes], as: UTF8.self) }
    }

    @Test(
        "line ends, byte order marks, NUL bytes and empty lines are no part of a line",
        arguments: [
            ("a\nb\n", ["a", "b"]), ("a\r\nb\r\n", ["a", "b"]), ("a\n\n\r\nb\n", ["a", "b"]), ("a\nb", ["a"]),
            ("\u{FEFF}a\n", ["a"]), ("\0\0\0a\nb\n", ["a", "b"]), ("a\0b\n", ["a\0b"]), ("a\rb\n", ["a\rb"]), ("", []),
            ("\n", []), ("\0\0\0", []),
        ])
    func ends(text: String, lines: [String]) {
        #expect(cut(text) == lines)
    }

    @Test("what is not UTF-8 is kept byte for byte")
    func bytes() {
        let bytes: [UInt8] = [0xFF, 0xFE, 0x41, 0x80, 0x0A]
        var passesOver = false
        let cut = LineCutter(limit: 64).cut(bytes[...], isBeginning: true, passesOver: &passesOver, patience: .waits)
        #expect(cut.lines.map { Array(bytes[$0.bytes]) } == [[0xFF, 0xFE, 0x41, 0x80]])
    }

    @Test("the same bytes give the same lines, in whatever pieces they come")
    func pieces() async throws {
        try await SeededGenerator.eachSeed(500) { random in
            let alphabet: [UInt8] = Array("ab\n\n\r\0\u{FEFF}".utf8)
            let bytes = (0..<Int.random(in: 0...200, using: &random)).map { _ in
                alphabet.randomElement(using: &random) ?? 0
            }
            let whole = lines(bytes, in: [bytes.count], limit: 12)
            var ends: [Int] = []
            while (ends.last ?? 0) < bytes.count {
                ends.append(min(bytes.count, (ends.last ?? 0) + Int.random(in: 1...30, using: &random)))
            }
            #expect(lines(bytes, in: ends, limit: 12) == whole)
        }
    }

    /// Reads as far as each of the ends, as a file that grows.
    private func lines(_ bytes: [UInt8], in ends: [Int], limit: Int) -> [[UInt8]] {
        var (start, passesOver, lines): (Int, Bool, [[UInt8]]) = (0, false, [])
        for end in ends {
            let isLast = end == bytes.count
            let cut = LineCutter(limit: limit).cut(
                bytes[start..<end], isBeginning: start == 0, passesOver: &passesOver,
                patience: isLast ? .fileEnds : .waits)
            lines += cut.lines.map { Array(bytes[$0.bytes]) }
            start = cut.end
        }
        return lines
    }
}
