import Glibc
import Platform

/// Sends datagrams to one destination, by UDP or in the file system, from one thread that may wait.
final class DatagramSocket {
    // SAFETY: send(2) reads no more than the bytes it is given.

    /// What became of a datagram.
    enum Outcome: Equatable {
        case sent
        /// Larger than the system takes.
        case tooLarge
    }

    private static let sliceMilliseconds: Int32 = 100

    private let descriptor: Descriptor
    private let endpoint: Endpoint

    init(to endpoint: Endpoint) throws(SocketFailure) {
        self.endpoint = endpoint
        descriptor = try ResolvedAddress.datagrams(to: endpoint)
    }

    /// Sends one datagram; waits while the destination's queue (of a socket in the file system) is full.
    func send(_ bytes: [UInt8], deadline: SocketDeadline) throws(SocketFailure) -> Outcome {
        while true {
            let count = bytes.withUnsafeBytes {
                Glibc.send(descriptor.raw, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count >= 0 { return .sent }
            switch errno {
            case EMSGSIZE: return .tooLarge
            case EINTR: continue
            case EAGAIN, ENOBUFS: try wait(deadline)
            default: throw SocketFailure(SystemError("send to", "\(endpoint)"))
            }
        }
    }

    private func wait(_ deadline: SocketDeadline) throws(SocketFailure) {
        guard let milliseconds = deadline.milliseconds(atMost: Self.sliceMilliseconds) else {
            throw SocketFailure("\(endpoint) did not take what is sent within \(deadline.length)")
        }
        if Task.isCancelled { throw SocketFailure("the delivery to \(endpoint) was given up") }
        var entry = pollfd(fd: descriptor.raw, events: Int16(POLLOUT), revents: 0)
        _ = poll(&entry, 1, milliseconds)
    }
}
