import AgentTestKit
import Platform

/// A client that reads when it likes: bytes over a unix socket.
final class RawClient: Sendable {
    private let socket: UnixSocket
    private let received = Locked<[UInt8]>([])

    init(_ path: String) throws {
        socket = try UnixSocket.connect(to: path)
    }

    /// What was read so far.
    var text: String { String(decoding: received.withLock(\.self), as: UTF8.self) }

    func send(_ text: String) throws {
        _ = try socket.write(Array(text.utf8)[...])
    }

    /// Asks for a stream.
    func get(_ path: String, headers: String = "") throws {
        try send("GET \(path) HTTP/1.1\r\nHost: localhost\r\n\(headers)\r\n")
    }

    /// Reads what there is. False at the end.
    @discardableResult
    func read() throws -> Bool {
        while let bytes = try socket.read(upTo: 1 << 16) {
            if bytes.isEmpty { return false }
            received.withLock { $0 += bytes }
        }
        return true
    }

    /// Reads until the text holds something.
    func read(until part: String) async throws {
        try await waitUntil("the client has read \"\(part)\"") {
            try self.read()
            return self.text.contains(part)
        }
    }

    /// Reads until the other side closes.
    func readToEnd() async throws {
        try await waitUntil("the connection is closed") { try !self.read() }
    }

    /// The ids of the events read, in order.
    var ids: [UInt64] {
        text.split(whereSeparator: \.isNewline).filter { $0.hasPrefix("id: ") }.compactMap { UInt64($0.dropFirst(4)) }
    }

    func close() {
        socket.close()
    }
}
