import CLinux
import Glibc

/// A netlink(7) socket: asks the kernel and hears what it tells by itself.
///
/// Answers and notices come in one stream, told apart by their sequence number. Bytes only: `RouteMessage` and
/// `ProcessNotice` take them apart.
package final class NetlinkSocket: Sendable {
    /// One datagram.
    package struct Datagram: Sendable {
        package var bytes: [UInt8]
        /// The number of the network namespace it is about; nil for the socket's own.
        package var namespace: Int32?
    }

    /// What `receive` found.
    package enum Received: Sendable {
        case datagram(Datagram)
        /// Nothing, at present.
        case nothing
        /// The kernel had more to tell than the socket holds, and told it not: look for yourself (`ENOBUFS`).
        case overrun
    }

    /// Larger than any datagram of the kernel for links: it cuts dumps to 32 KiB.
    private static let datagramLimit = 64 << 10

    private let descriptor: Descriptor

    private init(_ descriptor: Descriptor) {
        self.descriptor = descriptor
    }

    /// A socket for links, addresses and namespaces, that hears of changes of links in all namespaces the agent's one
    /// has a number for. Throws `EPERM` without `CAP_NET_BROADCAST`.
    package static func route() throws(SystemError) -> NetlinkSocket {
        let number = gw_route_open(1)
        guard number >= 0 else { throw SystemError("listen to", "the network links of all namespaces") }
        return NetlinkSocket(Descriptor(number))
    }

    /// A socket to ask with, that hears of nothing.
    package static func asking() throws(SystemError) -> NetlinkSocket {
        let number = gw_route_open(0)
        guard number >= 0 else { throw SystemError("ask for", "network links") }
        return NetlinkSocket(Descriptor(number))
    }

    /// A socket that hears of each fork, exec and exit of the host. Throws `ECONNREFUSED` in another network namespace
    /// than the first.
    package static func processes() throws(SystemError) -> NetlinkSocket {
        let number = gw_process_connector_open()
        guard number >= 0 else { throw SystemError("open", "the process connector") }
        let socket = NetlinkSocket(Descriptor(number))
        guard gw_process_connector_listen(number, 1) == 0 else {
            throw SystemError("listen to", "the process connector")
        }
        return socket
    }

    /// For `Readiness`: readable when something was told.
    package var raw: Int32 { descriptor.raw }

    /// Sends a request.
    package func send(_ bytes: [UInt8]) throws(SystemError) {
        // SAFETY: send(2) reads no more than the bytes it is given.
        let sent = bytes.withUnsafeBytes { Glibc.send(descriptor.raw, $0.baseAddress, $0.count, 0) }
        guard sent == bytes.count else { throw SystemError("ask", "the kernel by netlink") }
    }

    /// What was told next, without waiting. A datagram of another process than the kernel, or cut, is passed over.
    package func receive() throws(SystemError) -> Received {
        while true {
            var (received, namespace): (Int, Int32) = (0, -1)
            let number = descriptor.raw
            let bytes = [UInt8](unsafeUninitializedCapacity: Self.datagramLimit) { buffer, count in
                // SAFETY: at most the buffer's length is written, and the length told may only be larger when it was
                // cut.
                received = gw_netlink_receive(number, buffer.baseAddress, buffer.count, &namespace)
                count = received > buffer.count ? 0 : max(0, received)
            }
            if received < 0 {
                switch errno {
                case EAGAIN: return .nothing
                case ENOBUFS: return .overrun
                case EINTR: continue
                default: throw SystemError("read", "netlink")
                }
            }
            if received > Self.datagramLimit { return .overrun }
            if bytes.isEmpty { continue }
            return .datagram(Datagram(bytes: bytes, namespace: namespace < 0 ? nil : namespace))
        }
    }

    /// Hears nothing any more.
    package func close() {
        descriptor.close()
    }
}
