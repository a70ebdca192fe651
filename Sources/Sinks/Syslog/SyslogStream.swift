import AgentCore

/// Entries over a stream: one connection at a time, and what may have to be sent again by the next.
final class SyslogStream {
    /// How long a stop waits for the server to read what it was sent.
    private static let finishTime = Duration.seconds(2)

    /// Written at once: more than a socket takes without waiting gains nothing.
    private static let pieceBytes = 128 << 10
    /// For the header and the structured data of an ordinary event.
    private static let roomPerEntry = 512

    private let configuration: SyslogConfiguration
    private var encoder: SyslogEncoder
    private var socket: StreamSocket?
    private var window: ResendWindow

    init(_ configuration: SyslogConfiguration, encoder: SyslogEncoder) {
        (self.configuration, self.encoder) = (configuration, encoder)
        window = ResendWindow(limit: configuration.resend)
    }

    /// Whether something may still have to be sent again.
    var isUnsettled: Bool { !window.isEmpty }

    /// Sends entries; returns when the server's system has taken them all. Gives those that cannot be sent.
    ///
    /// Written piece by piece: the server reads one while the next is encoded.
    func send(_ entries: [Entry]) throws(SocketFailure) -> [UInt64: String] {
        var (pieces, rejected): ([[UInt8]], [UInt64: String]) = ([], [:])
        try use { (socket, deadline) throws(SocketFailure) in
            var place = 0
            while place < entries.count {
                let piece = encode(entries, from: &place, &rejected)
                try socket.write(piece, deadline: deadline)
                if window.isKept { pieces.append(piece) }
            }
            try socket.waitUntilTaken(deadline: deadline)
        }
        for piece in pieces { window.add(piece) }
        return rejected
    }

    /// The next entries, as many as make a piece. Notes those that cannot be sent.
    private func encode(_ entries: [Entry], from place: inout Int, _ rejected: inout [UInt64: String]) -> [UInt8] {
        var end = place
        var room = 0
        while end < entries.count, end == place || room + entries[end].body.count < Self.pieceBytes {
            room += entries[end].body.count + Self.roomPerEntry
            end += 1
        }
        var piece: [UInt8] = []
        piece.reserveCapacity(room)
        for index in place..<end where !encoder.append(entries[index], to: &piece) {
            rejected[entries[index].sequence] = SyslogSink.headTooLong(configuration.limit)
        }
        place = end
        return piece
    }

    /// Looks after a quiet while whether the server is still there: what it has not refused by then it has read. Where
    /// it is not, connects and sends again. True when nothing is left to look after.
    func settle() -> Bool {
        if window.isEmpty { return true }
        let before = socket
        guard (try? use { (_, _) throws(SocketFailure) in }) != nil, before === socket else { return false }
        window.clear()
        return true
    }

    /// Closes the connection once the server has read everything.
    func finish() {
        socket?.finish(deadline: SocketDeadline(after: min(Self.finishTime, configuration.timeout)))
        socket = nil
        window.clear()
    }

    /// Does something with a connection that is alive as far as one can see. A failure ends the connection.
    private func use(
        _ body: (StreamSocket, SocketDeadline) throws(SocketFailure) -> Void
    ) throws(SocketFailure) {
        do throws(SocketFailure) {
            try body(try connection(), SocketDeadline(after: configuration.timeout))
        } catch {
            socket = nil
            throw error
        }
    }

    private func connection() throws(SocketFailure) -> StreamSocket {
        if let socket {
            do throws(SocketFailure) {
                try socket.checkAlive()
                return socket
            } catch  where !error.needsPerson {
                self.socket = nil
            }
        }
        let deadline = SocketDeadline(after: configuration.timeout)
        let tls = configuration.url.scheme == "tls" ? configuration.tls : nil
        let new = try StreamSocket(to: configuration.url, tls: tls, deadline: deadline)
        for batch in window.content { try new.write(batch, deadline: deadline) }
        socket = new
        return new
    }
}
