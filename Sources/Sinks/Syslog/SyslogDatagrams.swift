import AgentCore
import Glibc
import Platform

/// Entries as datagrams, one each, from one thread that may wait.
final class SyslogDatagrams {
    /// A cancelled delivery is seen so often.
    private static let sliceMilliseconds: Int32 = 100

    private let configuration: SyslogConfiguration
    private var encoder: SyslogEncoder
    private var socket: Descriptor?
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

    private func connected() throws(SocketFailure) -> Descriptor {
        if let socket { return socket }
        let new = try ResolvedAddress.datagrams(to: configuration.url)
        socket = new
        return new
    }

    private func send(
        _ entry: Entry, by socket: Descriptor, _ deadline: SocketDeadline
    ) throws(SocketFailure) -> String? {
        var bytes: [UInt8] = []
        guard encoder.append(entry, to: &bytes) else { return SyslogSink.headTooLong(configuration.limit) }
        while true {
            switch DatagramSocket(socket).send(bytes) {
            case .sent: return nil
            case .full: try wait(for: socket, deadline)
            case .failed(let code): throw SocketFailure(SystemError("send to", "\(configuration.url)", code: code))
            case .tooLarge:
                return "its \(bytes.count) bytes are more than a datagram to \(configuration.url) holds; "
                    + "set \"maximumBytes\" to less"
            }
        }
    }

    /// Waits while the destination's queue (of a socket in the file system) is full.
    private func wait(for socket: Descriptor, _ deadline: SocketDeadline) throws(SocketFailure) {
        guard let milliseconds = deadline.milliseconds(atMost: Self.sliceMilliseconds) else {
            throw SocketFailure("\(configuration.url) did not take what is sent within \(deadline.length)")
        }
        if Task.isCancelled { throw SocketFailure("the delivery to \(configuration.url) was given up") }
        var entry = pollfd(fd: socket.raw, events: Int16(POLLOUT), revents: 0)
        _ = poll(&entry, 1, milliseconds)
    }
}
