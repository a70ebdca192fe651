import AgentTestKit
import Glibc
import Platform

/// Clients of the event stream: some read all they are sent, some read nothing.
final class StreamCrowd: Sendable {
    private struct Reader {
        var socket: UnixSocket
        var rest: [UInt8] = []
        var last: UInt64 = 0
        var count = 0
        var disorder = 0
        var isOver = false
    }

    private struct State {
        var readers: [Reader] = []
        var mute: [UnixSocket] = []
        var isStopping = false
        var isRunning = false
    }

    private let state = LockedCondition(State())

    /// Asks for a stream after `sequence` for each of them.
    init(_ path: String, readers: Int, mute: Int, after sequence: UInt64 = 0) throws {
        let request = "GET /v1/events/stream?after=\(sequence) HTTP/1.1\r\nHost: localhost\r\n\r\n"
        for index in 0..<readers + mute {
            let socket = try UnixSocket.connect(to: path)
            _ = try socket.write(Array(request.utf8)[...])
            state.withLock { state in
                if index.isMultiple(of: 2) && state.readers.count < readers || state.mute.count >= mute {
                    state.readers.append(Reader(socket: socket))
                } else {
                    state.mute.append(socket)
                }
            }
        }
        state.withLock { $0.isRunning = true }
        Thread.start(name: "crowd") { [self] in
            while read() {}
            state.change { $0.isRunning = false }
        }
    }

    /// Events each reader has.
    var counts: [Int] { state.withLock { $0.readers.map(\.count) } }
    /// Events that came to some reader out of their order.
    var disorder: Int { state.withLock { $0.readers.reduce(0) { $0 + $1.disorder } } }
    /// Readers whose stream ended.
    var ended: Int { state.withLock { $0.readers.count { $0.isOver } } }

    /// Closes all.
    func close() {
        state.change { $0.isStopping = true }
        state.wait { $0.isRunning ? .sleep(atMost: nil) : .done(()) }
        state.withLock { state in
            for reader in state.readers { reader.socket.close() }
            for socket in state.mute { socket.close() }
        }
    }

    /// A look at each reader; false when they shall stop.
    private func read() -> Bool {
        let count = state.withLock { $0.isStopping ? nil : $0.readers.count }
        guard let count else { return false }
        var hasRead = false
        for index in 0..<count {
            var reader = state.withLock { $0.readers[index] }
            if reader.isOver { continue }
            while let bytes = try? reader.socket.read(upTo: 1 << 18) {
                reader.isOver = bytes.isEmpty
                if bytes.isEmpty { break }
                hasRead = true
                reader.rest += bytes
                Self.takeLines(&reader)
            }
            state.withLock { [reader] in $0.readers[index] = reader }
        }
        if !hasRead { usleep(2000) }
        return true
    }

    private static func takeLines(_ reader: inout Reader) {
        guard let end = reader.rest.lastIndex(of: 10) else { return }
        for line in reader.rest[...end].split(separator: 10) where line.starts(with: [105, 100, 58, 32]) {
            guard let id = UInt64(String(decoding: line.dropFirst(4), as: UTF8.self)) else { continue }
            if id <= reader.last { reader.disorder += 1 }
            reader.last = id
            reader.count += 1
        }
        reader.rest.removeFirst(end + 1)
    }
}
