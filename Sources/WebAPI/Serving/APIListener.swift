import Glibc
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import Platform

/// A connection that came in, and what answers the requests on it until it ends.
struct APIConnection: Sendable {
    let value: HTTP1Channel.Value
    let http: HTTP1Channel
    let log: Logger

    var channel: any Channel { value.channel }

    func handle() async {
        await http.handle(value: value, logger: log)
    }
}

/// One place where connections come in.
struct APIListener: Sendable {
    /// What becomes of a connection, asked at each: it may put something before what reads the requests.
    typealias Greeting = @Sendable (any Channel) throws -> HTTP1Channel

    /// The path, or address and port, as the configuration has it.
    let place: String
    /// For the log: with the port that was found.
    let name: String
    let channel: NIOAsyncChannel<APIConnection, Never>
    /// Removed when it closes.
    private let socket: UnixSocket?

    /// Connections that wait to be accepted.
    private static let backlog: Int32 = 256

    /// Listens on a unix socket, for this user only.
    static func open(
        path: String, group: any EventLoopGroup, log: Logger, greeting: @escaping Greeting
    ) async throws -> APIListener {
        // Ours has the mode before it has the name, replaces only a socket nobody listens on, and follows no link.
        let socket = try UnixSocket.listen(at: path, mode: 0o600)
        do {
            let channel = try await listen(on: socket.raw, at: path, group: group, log: log, greeting)
            return APIListener(place: path, name: path, channel: channel, socket: socket)
        } catch {
            socket.remove()
            throw error
        }
    }

    /// Listens on an address.
    static func open(
        _ address: ListenAddress, group: any EventLoopGroup, log: Logger, greeting: @escaping Greeting
    ) async throws -> APIListener {
        let place = try SocketAddress(ipAddress: address.host, port: address.port)
        do {
            let channel = try await bootstrap(group).bind(to: place) { connect($0, log: log, greeting) }
            let port = channel.channel.localAddress?.port ?? address.port
            return APIListener(place: address.text, name: address.name(port: port), channel: channel, socket: nil)
        } catch let error as IOError {
            throw SystemError("listen at", address.text, code: error.errnoCode)
        }
    }

    /// Goes on with a socket that listens already, and is left as it is when this one closes.
    static func open(
        _ socket: InheritedSocket, as place: String, group: any EventLoopGroup, log: Logger,
        greeting: @escaping Greeting
    ) async throws -> APIListener {
        let channel = try await listen(on: socket.raw, at: place, group: group, log: log, greeting)
        return APIListener(place: place, name: "\(place) (of systemd)", channel: channel, socket: nil)
    }

    private static func listen(
        on descriptor: Int32, at place: String, group: any EventLoopGroup, log: Logger, _ greeting: @escaping Greeting
    ) async throws -> NIOAsyncChannel<APIConnection, Never> {
        // SAFETY: dup(2) of a descriptor that is open; the event loop closes the copy, its owner the other.
        let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
        guard copy >= 0 else { throw SystemError("duplicate the socket at", place) }
        return try await bootstrap(group).bind(copy) { connect($0, log: log, greeting) }
    }

    private static func connect(
        _ channel: any Channel, log: Logger, _ greeting: @escaping Greeting
    ) -> EventLoopFuture<APIConnection> {
        channel.eventLoop.makeCompletedFuture { try greeting(channel) }.flatMap { http in
            http.setup(channel: channel, logger: log).map { APIConnection(value: $0, http: http, log: log) }
        }
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
}

extension ListenAddress {
    /// The address with the port that was found.
    fileprivate func name(port: Int) -> String {
        host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}
