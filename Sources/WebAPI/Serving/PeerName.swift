import Glibc
import NIOCore

/// Who is at the other end of a connection, as far as the kernel says: never what the request says.
enum PeerName {
    /// The answer of SO_PEERCRED, unix(7).
    private struct Credentials: Sendable {
        var pid: Int32
        var uid: UInt32
        var gid: UInt32
    }

    /// The peer's address; `unix:` and the user id for a unix socket.
    static func of(_ channel: any Channel, at door: Gate.Door) async -> String {
        guard door == .socket else { return channel.remoteAddress?.ipAddress ?? "unknown" }
        guard let options = channel as? any SocketOptionProvider else { return "unix" }
        // SAFETY: getsockopt(2) fills a `struct ucred`: three 32-bit numbers, as they are declared above.
        let answer: EventLoopFuture<Credentials> = options.unsafeGetSocketOption(
            level: .socket, name: NIOBSDSocket.Option(rawValue: SO_PEERCRED))
        return (try? await answer.get()).map { "unix:\($0.uid)" } ?? "unix"
    }

    /// Whether a name is that of somebody who came by an address.
    static func isRemote(_ name: String) -> Bool {
        name == "unknown" || (try? SocketAddress(ipAddress: name, port: 0)) != nil
    }
}
