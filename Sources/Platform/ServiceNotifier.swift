import CLinux
import Glibc

/// Tells systemd how the service is doing: sd_notify(3)'s protocol, one datagram to `$NOTIFY_SOCKET`.
package struct ServiceNotifier: Sendable {
    // SAFETY: getenv only reads; clock_gettime fills the struct it is given.

    private let socket: DatagramSocket?

    /// Takes the socket systemd names; without one every call does nothing.
    package init(socket: String? = getenv("NOTIFY_SOCKET").map { String(cString: $0) }) {
        self.socket = socket.flatMap { DatagramSocket($0) }
    }

    /// Sends a state such as `READY=1`. Never waits, never fails: a deaf service manager is no reason to stop.
    package func notify(_ state: String) {
        _ = socket?.send(Array(state.utf8))
    }

    /// The state of a service that begins to load its configuration anew, and ends with `READY=1`.
    package static var reloading: String {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return "RELOADING=1\nMONOTONIC_USEC=\(Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)"
    }
}
