import AgentTestKit
import Glibc

/// A file of lines as programs write them: a time, a name, words that are not all alike.
package struct Lines: Sendable {
    /// In every line once.
    package static let word = "]: request"

    package let path: String
    package let count: Int
    private let lineBytes: Int

    package var bytes: Int { count * lineBytes }

    /// Writes the file.
    package init(_ path: String, count: Int, bytes lineBytes: Int) throws {
        (self.path, self.count, self.lineBytes) = (path, count, lineBytes)
        var random = SeededGenerator(seed: 1)
        var text = ""
        text.reserveCapacity(count * lineBytes)
        for number in 0..<count {
            var line = Self.beginning(number)
            while line.utf8.count < lineBytes - 32 { line += " field=\(random.next() % 100_000_000)" }
            line += String(repeating: ".", count: lineBytes - 1 - line.utf8.count)
            text += line + "\n"
        }
        try BinaryFile.write(text, to: path)
    }

    /// Whether the last line stands at the end of a file of that size.
    package func isLast(in path: String, size: Int) -> Bool {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var tail = [UInt8](repeating: 0, count: 4 * lineBytes)
        let read = pread(descriptor, &tail, tail.count, max(0, size - tail.count))
        return read > 0 && String(decoding: tail[..<read], as: UTF8.self).contains(Self.beginning(count - 1))
    }

    private static func beginning(_ number: Int) -> String {
        "2026-11-21T12:00:\(10 + number / 10_000).\(100_000 + number)Z app[\(number % 977)\(word)"
    }
}
