import CLinux
import Glibc

/// A unix socket somebody else listens on, to which datagrams are sent. Nothing is kept open: what listens may come and
/// go.
package struct DatagramSocket: Sendable {
    private let address: [UInt8]

    /// A path, or the name of an abstract socket, written with '@'. Nil for what is neither, or too long.
    package init?(_ name: String) {
        guard name.hasPrefix("/") || name.hasPrefix("@") else { return nil }
        // The name of an abstract socket begins with a zero byte.
        address = name.hasPrefix("@") ? [0] + name.utf8.dropFirst() : Array(name.utf8)
        guard address.count <= MemoryLayout.size(ofValue: sockaddr_un().sun_path) else { return nil }
    }

    /// Sends one datagram. Never waits; false when it was not taken.
    @discardableResult
    package func send(_ bytes: [UInt8]) -> Bool {
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var name = sockaddr_un()
        name.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: address) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + address.count)
        let flags = Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
        // SAFETY: sendto(2) reads `length` bytes of the address and the bytes given, both alive during the call.
        let sent = withUnsafePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(descriptor, bytes, bytes.count, flags, $0, length)
            }
        }
        return sent == bytes.count
    }
}
