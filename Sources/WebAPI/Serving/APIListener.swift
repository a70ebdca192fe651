import Glibc
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import Platform

/// One place where connections come in.
struct APIListener: Sendable {
    /// The path, or address and port, as the configuration has it.
    let place: String
    /// For the log: with the port that was found.
    let name: String
    let channel: NIOAsyncChannel<HTTP1Channel.Value, Never>
    /// Answers the requests of a connection until it ends.
    let handle: @Sendable (HTTP1Channel.Value) async -> Void
    /// Removed when it closes.
    private let socket: UnixSocket?

    /// Connections that wait to be accepted.
    private static let backlog: Int32 = 256

    /// Listens on a unix socket, for this user only.
    static func open(
        path: String, group: any EventLoopGroup, child: HTTP1Channel, log: Logger
    ) async throws -> APIListener {
        // Ours has the mode before it has the name, replaces only a socket nobody listens on, and follows no link.
        let socket = try UnixSocket.listen(at: path, mode: 0o600)
        do {
            // SAFETY: dup(2) of a descriptor that is open; the event loop closes the copy, we the other.
            let copy = fcntl(socket.raw, F_DUPFD_CLOEXEC, 0)
            guard copy >= 0 else { throw SystemError("duplicate the socket at", path) }
            let channel = try await bootstrap(group).bind(copy) { channel in
                child.setup(channel: channel, logger: log)
            }
            return APIListener(
                place: path, name: path, channel: channel, handle: { await child.handle(value: $0, logger: log) },
                socket: socket)
        } catch {
            socket.remove()
            throw error
        }
    }

    /// Listens on an address; in the clear without `tls`, which is asked at each connection.
    static func open(
        _ address: ListenAddress, group: any EventLoopGroup, child: HTTP1Channel,
        tls: (@Sendable () -> APITLS)?, log: Logger
    ) async throws -> APIListener {
        let place = try SocketAddress(ipAddress: address.host, port: address.port)
        let channel = try await bootstrap(group).bind(to: place) { channel in
            channel.eventLoop.makeCompletedFuture { try tls?().protect(channel) }
                .flatMap { child.setup(channel: channel, logger: log) }
        }
        let port = channel.channel.localAddress?.port ?? address.port
        let host = address.host.contains(":") ? "[\(address.host)]" : address.host
        return APIListener(
            place: address.text, name: "\(host):\(port)", channel: channel,
            handle: { await child.handle(value: $0, logger: log) }, socket: nil)
    }

    private static func bootstrap(_ group: any EventLoopGroup) -> ServerBootstrap {
        ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: backlog)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
    }

    /// Takes no more connections; those that stand go on.
    func close() {
        channel.channel.close(promise: nil)
        socket?.remove()
    }

    /// As `close`; returns when its place is free.
    func closed() async {
        close()
        try? await channel.channel.closeFuture.get()
    }
}
