import AgentCore

/// Entries as datagrams, one each.
final class SyslogDatagrams {
    private let configuration: SyslogConfiguration
    private var encoder: SyslogEncoder
    private var socket: DatagramSocket?
    /// Sent of a batch that failed: left out when it comes again.
    private var sent: Set<UInt64> = []

    init(_ configuration: SyslogConfiguration, encoder: SyslogEncoder) {
        (self.configuration, self.encoder) = (configuration, encoder)
    }

    /// Sends entries. Gives those that cannot be sent.
    func send(_ entries: [Entry]) throws(SocketFailure) -> [UInt64: String] {
        var rejected: [UInt64: String] = [:]
        let deadline = SocketDeadline(after: configuration.timeout)
        do throws(SocketFailure) {
            let socket = try connected()
            for entry in entries where !sent.contains(entry.sequence) {
                rejected[entry.sequence] = try send(entry, by: socket, deadline)
                sent.insert(entry.sequence)
            }
        } catch {
            socket = nil
            throw error
        }
        sent.removeAll(keepingCapacity: true)
        return rejected
    }

    /// Closes the socket.
    func finish() {
        socket = nil
    }

    private func connected() throws(SocketFailure) -> DatagramSocket {
        if let socket { return socket }
        let new = try DatagramSocket(to: configuration.url)
        socket = new
        return new
    }

    private func send(
        _ entry: Entry, by socket: DatagramSocket, _ deadline: SocketDeadline
    ) throws(SocketFailure) -> String? {
        var bytes: [UInt8] = []
        guard encoder.append(entry, to: &bytes) else { return SyslogSink.headTooLong(configuration.limit) }
        switch try socket.send(bytes, deadline: deadline) {
        case .sent: return nil
        case .tooLarge:
            return "its \(bytes.count) bytes are more than a datagram to \(configuration.url) holds; "
                + "set \"maximumBytes\" to less"
        }
    }
}
