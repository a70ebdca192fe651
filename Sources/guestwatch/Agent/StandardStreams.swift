import Glibc
import Sinks

/// Standard output, in whole lines: nothing is buffered, so nothing is lost when the process ends.
enum StandardOutput {
    static var isTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

    static func write(_ bytes: [UInt8]) throws(BrokenOutput) {
        guard writeAll(bytes, to: STDOUT_FILENO) else { throw BrokenOutput() }
    }

    /// Writes JSON, in which much comes from outside: what a terminal would obey is escaped.
    static func write(json: [UInt8]) throws(BrokenOutput) {
        try write(HarmlessJSON.escaped(json))
    }

    /// Writes text for people, without what a terminal would obey, whoever said it.
    static func print(_ line: String) throws(BrokenOutput) {
        try write(Array(line.harmlessLines.utf8) + [UInt8(ascii: "\n")])
    }
}

/// Nobody reads standard output any more.
struct BrokenOutput: Error, CustomStringConvertible {
    let description = "standard output is closed"
}

/// Standard error: for logs, progress and problems. A closed one is nobody's loss.
enum StandardError {
    static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    static func write(_ bytes: [UInt8]) {
        _ = writeAll(bytes, to: STDERR_FILENO)
    }

    /// Writes text for people, without what a terminal would obey, whoever said it.
    static func print(_ line: String) {
        write(Array(line.harmlessLines.utf8) + [UInt8(ascii: "\n")])
    }
}

/// Progress of long work, shown on a terminal only.
struct ProgressLine {
    private var shown = false
    private var last = ContinuousClock.now
    /// People read no faster.
    private static let interval = Duration.milliseconds(200)

    mutating func show(_ text: @autoclosure () -> String) {
        guard StandardError.isTerminal, ContinuousClock.now - last >= Self.interval else { return }
        last = .now
        shown = true
        StandardError.write(Array("\r\u{1B}[K\(text())".utf8))
    }

    mutating func clear() {
        if shown { StandardError.write(Array("\r\u{1B}[K".utf8)) }
        shown = false
    }
}

private func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
        // SAFETY: write(2) reads no more than the slice it is given.
        let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        if written < 0 {
            if errno == EINTR || errno == EAGAIN { continue }
            return false
        }
        rest = rest.dropFirst(written)
    }
    return true
}
