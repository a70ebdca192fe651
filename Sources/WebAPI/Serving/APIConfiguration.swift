package import AgentCore
import NIOCore
package import Pipeline

/// `api` of `collectors.json`: where the agent listens, and who may do what.
///
///     "api": { "socket": "/run/guestwatch/api.sock", "listen": "127.0.0.1:9470", "tokens": "/etc/guestwatch/tokens" }
///
/// An address that others reach needs TLS and tokens.
package struct APIConfiguration: Configurable {
    /// Path of the unix socket; who may open the file may do everything.
    package let socket: String?
    /// Address and port.
    package let listen: ListenAddress?
    /// What the address speaks TLS with; nil: it does not.
    package let tls: APITLSConfiguration?
    /// Path of the tokens file.
    package let tokens: String?
    /// Names a browser may reach it by, besides addresses and `localhost`.
    package let hosts: [String]
    /// How long a sink or collector may make no progress before it is called stuck.
    package let stuckAfter: Duration
    package let limits: APILimits

    package init(from reader: inout ConfigurationReader) {
        socket = reader.optional(
            "socket", .path, "Path of the unix socket: mode 0600, and who may open it may do everything.")
        listen = reader.optional(
            "listen", .listenAddress,
            "Address and port: 127.0.0.1:9470. One that is not loopback needs tls and tokens.")
        tls = reader.optional("tls", .object(), "What the address of listen speaks TLS with; none when left out.")
        tokens = reader.optional(
            "tokens", .path, "A file of lines \"admin TOKEN\" and \"read TOKEN\". Without it, TCP may only read.")
        hosts = reader.optional(
            "hosts", .list(of: .string), default: [],
            "Names by which browsers reach it; addresses and localhost always do. Others are refused: they may be "
                + "DNS rebinding.")
        stuckAfter = reader.optional(
            "stuckAfter", .duration, default: .seconds(120),
            "How long a sink or collector may make no progress before the agent is not ready.")
        limits = reader.optional("limits", .object(), default: APILimits(), "How much clients may ask for.")
        if socket == nil, listen == nil { reader.problem("the api listens nowhere: give socket, listen or both") }
        guard let listen else {
            if tls != nil { reader.problem("tls: the socket needs none; give listen, or leave it out") }
            return
        }
        if !listen.isLoopback, tls == nil || tokens == nil {
            reader.problem(
                "listen \"\(listen.text)\" is not loopback: it needs \"tls\" and \"tokens\", or tokens and "
                    + "events would cross the network in the clear; or listen on loopback and come by ssh -L")
        }
    }
}

/// How much clients may ask for.
package struct APILimits: Configurable, Hashable {
    package let streams: Int
    package let streamsPerClient: Int
    /// Entries a live stream may be behind.
    package let streamLag: Int
    package let connections: Int
    package let bodyBytes: Int
    package let headerBytes: Int
    /// How long a request may take to arrive, and a connection may be idle.
    package let requestTime: Duration
    /// How long a client may take nothing of what it is sent.
    package let stallTime: Duration
    /// Guests whose states are kept.
    package let guests: Int

    /// The same for the pipeline. The view of the guests is a stream too.
    package var ofStreams: StreamLimits {
        StreamLimits(streams: streams + 1, streamsPerClient: streamsPerClient, lag: UInt64(streamLag))
    }

    package init() {
        var describing = ConfigurationReader(members: nil, path: .init(), directory: "")
        self.init(from: &describing)
    }

    package init(from reader: inout ConfigurationReader) {
        streams = reader.optional("streams", .integer(in: 1...10_000), default: 100, "Most streams at once.")
        streamsPerClient = reader.optional(
            "streamsPerClient", .integer(in: 1...10_000), default: 15, "Most streams of one address.")
        streamLag = reader.optional(
            "streamLag", .integer(in: 1...10_000_000), default: 10_000,
            "Events a live stream may fall behind before it is ended.")
        connections = reader.optional(
            "connections", .integer(in: 1...10_000), default: 200, "Most connections at once.")
        bodyBytes = reader.optional("bodyBytes", .bytes, default: 4 << 20, "Largest body of a request.")
        headerBytes = reader.optional("headerBytes", .bytes, default: 16 << 10, "Largest header of a request.")
        requestTime = reader.optional(
            "requestTime", .duration, default: .seconds(20),
            "How long a request may take to arrive, and a connection may be idle.")
        stallTime = reader.optional(
            "stallTime", .duration, default: .seconds(30),
            "How long a client may take nothing of what it is sent before it is cut off.")
        guests = reader.optional(
            "guests", .integer(in: 1...1_000_000), default: GuestView.usualLimit, "Guests whose states are kept.")
    }
}

/// An address and a port.
package struct ListenAddress: Sendable, Hashable {
    package let text: String
    package let host: String
    package let port: Int

    /// `127.0.0.1:9470`, `[::1]:9470`; nil for anything else. Names are no addresses: what they mean changes.
    package init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            return nil
        }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            return nil
        }
        guard (try? SocketAddress(ipAddress: String(host), port: Int(port))) != nil else { return nil }
        (self.text, self.host, self.port) = (text, String(host), Int(port))
    }

    private init() {
        (text, host, port) = ("127.0.0.1:0", "127.0.0.1", 0)
    }

    /// Stands for an address that could not be read.
    static let placeholder = ListenAddress()

    /// Whether only this machine reaches it.
    package var isLoopback: Bool { host.hasPrefix("127.") || host == "::1" }
}

extension ConfigurationType where Value == ListenAddress {
    /// An address and port.
    package static var listenAddress: Self {
        .text(
            expected: "an address and port such as \"127.0.0.1:9470\" or \"[::1]:9470\"", placeholder: .placeholder
        ) { ListenAddress($0) }
    }
}
