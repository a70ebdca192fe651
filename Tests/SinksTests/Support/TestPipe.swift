import EventModel
import Foundation
import Platform

@testable import Sinks

/// A pipe whose reader keeps all it reads.
final class TestPipe: Sendable {
    private let writeEnd: Int32
    private let readEnd: Int32
    private let text = Locked<[UInt8]>([])

    /// `reads` false leaves the pipe unread.
    init(reads: Bool = true) {
        var ends: [Int32] = [0, 0]
        pipe(&ends)
        (readEnd, writeEnd) = (ends[0], ends[1])
        if reads { startReading() }
    }

    deinit {
        close(writeEnd)
    }

    var terminal: Terminal { Terminal(descriptor: writeEnd, isTerminal: false, wantsColor: false) }

    /// What was written and not read.
    var pendingBytes: Int {
        var pending: Int32 = 0
        return ioctl(readEnd, UInt(FIONREAD), &pending) == 0 ? Int(pending) : 0
    }

    func startReading() {
        let (readEnd, text) = (readEnd, text)
        Thread.detachNewThread {
            var buffer = [UInt8](repeating: 0, count: 65536)
            while true {
                let count = read(readEnd, &buffer, buffer.count)
                if count <= 0 { break }
                text.withLock { $0 += buffer[..<count] }
            }
            close(readEnd)
        }
    }

    func closeReader() {
        close(readEnd)
    }

    /// All that was written before this call: a mark is sent through the pipe and waited for.
    func bytes() -> [UInt8] {
        var mark: UInt8 = 4
        write(writeEnd, &mark, 1)
        while true {
            let read: [UInt8]? = text.withLock { text in
                if text.last != mark { return nil }
                text.removeLast()
                return text
            }
            if let read { return read }
            usleep(500)
        }
    }

    func sequences() throws -> [UInt64] {
        let bytes = bytes()
        guard bytes.isEmpty || bytes.last == UInt8(ascii: "\n") else {
            throw ArchiveFolder.Damaged(line: "no line end")
        }
        return try bytes.split(separator: UInt8(ascii: "\n")).map { line in
            guard let sequence = try EventDecoder.decode(Array(line)).sequence else {
                throw ArchiveFolder.Damaged(line: String(decoding: line, as: UTF8.self))
            }
            return sequence
        }
    }
}
