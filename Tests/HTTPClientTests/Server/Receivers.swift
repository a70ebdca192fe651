import Foundation
import Platform

@testable import HTTPClient

/// Remembers the thread an answer came on.
final class ThreadSpy: HTTPBodyReceiver {
    private let seen = Locked(0)

    /// The kernel's number of the thread; 0 before the answer has begun.
    var thread: Int { seen.withLock { $0 } }

    func begin(_ response: HTTPResponse) {
        let link = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/thread-self")
        let number = link?.split(separator: "/").last.flatMap { Int($0) } ?? 0
        seen.withLock { $0 = number }
    }

    func receive(_ bytes: RawSpan) -> Bool { true }

    /// How often the thread has gone to sleep.
    func switches() throws -> String {
        let status = try String(contentsOfFile: "/proc/self/task/\(thread)/status", encoding: .utf8)
        return status.split(separator: "\n").first { $0.hasPrefix("voluntary_ctxt_switches") }.map(String.init) ?? ""
    }
}

/// Takes so many pieces and no more.
final class Refuser: HTTPBodyReceiver {
    private let left: Locked<Int>

    init(after pieces: Int) {
        left = Locked(pieces)
    }

    func begin(_ response: HTTPResponse) {}

    func receive(_ bytes: RawSpan) -> Bool {
        left.withLock { left in
            left -= 1
            return left >= 0
        }
    }
}

/// Keeps the pieces apart.
final class PieceCollector: HTTPBodyReceiver {
    private let kept = Locked<[[UInt8]]>([])
    private let heads = Locked<[HTTPResponse]>([])

    var pieces: [[UInt8]] { kept.withLock { $0 } }
    var begun: [HTTPResponse] { heads.withLock { $0 } }

    func begin(_ response: HTTPResponse) {
        heads.withLock { $0.append(response) }
    }

    func receive(_ bytes: RawSpan) -> Bool {
        let piece = bytes.withUnsafeBytes { Array($0) }
        kept.withLock { $0.append(piece) }
        return true
    }
}
