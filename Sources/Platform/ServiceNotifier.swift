import CLinux
import Glibc

/// Tells systemd how the service is doing: sd_notify(3)'s protocol, one datagram to `$NOTIFY_SOCKET`.
package struct ServiceNotifier: Sendable {
    private let address: [UInt8]?

    /// Takes the socket systemd names; without one every call does nothing.
    package init(socket: String? = getenv("NOTIFY_SOCKET").map { String(cString: $0) }) {
        guard let socket, socket.hasPrefix("/") || socket.hasPrefix("@") else {
            address = nil
            return
        }
        // An abstract socket, written with '@', begins with a zero byte.
        address = socket.hasPrefix("@") ? [0] + socket.utf8.dropFirst() : Array(socket.utf8)
    }

    /// Sends a state such as `READY=1`. Never waits, never fails: a deaf service manager is no reason to stop.
    package func notify(_ state: String) {
        guard let address else { return }
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        var name = sockaddr_un()
        name.sun_family = sa_family_t(AF_UNIX)
        guard address.count <= MemoryLayout.size(ofValue: name.sun_path) else { return }
        withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: address) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + address.count)
        let flags = Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
        // SAFETY: sendto(2) reads `length` bytes of the address and the bytes of the state, both alive during the call.
        _ = withUnsafePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(descriptor, state, state.utf8.count, flags, $0, length)
            }
        }
    }
}
