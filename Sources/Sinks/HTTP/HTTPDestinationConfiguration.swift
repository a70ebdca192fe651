package import AgentCore
package import HTTPClient

/// What `collectors.json` says about the destination of every sink that speaks HTTP; read from the sink's own object.
package struct HTTPDestinationConfiguration: Configurable, Hashable {
    /// How the bodies of requests are packed.
    package enum Compression: String, CaseIterable, Sendable, Hashable {
        case none, gzip
    }

    /// Longer is no wait for an answer.
    private static let longestTimeout = Duration.seconds(3600)

    package var url: String
    /// In order; sent with every request.
    package var headers: [HTTPHeaderSetting]
    package var authentication: HTTPAuthentication?
    package var connection: HTTPConnection
    /// For one request, from its start to the last byte of its answer.
    package var timeout: Duration
    package var compression: Compression

    package init(
        url: String, headers: [HTTPHeaderSetting] = [], authentication: HTTPAuthentication? = nil,
        connection: HTTPConnection = HTTPConnection(), timeout: Duration = .seconds(30),
        compression: Compression = .none
    ) {
        (self.url, self.headers, self.authentication) = (url, headers, authentication)
        (self.connection, self.timeout, self.compression) = (connection, timeout, compression)
    }

    package init(from reader: inout ConfigurationReader) {
        self.init(from: &reader, url: "Where events are posted to.")
    }

    /// `url` says in the schema what the URL is; the rest is the destination's habit where nothing is configured.
    package init(
        from reader: inout ConfigurationReader, url doc: String, compression standard: Compression = .none
    ) {
        url = reader.required("url", .url(schemes: ["https", "http"]), doc)
        headers = reader.optional(
            "headers", .headers, default: [], "More header fields, each a text, or a secret by reference.")
        authentication = reader.optional(
            "auth", .object(), "Who we are: \"username\" and \"password\", or \"token\"; secrets by reference.")
        let tls: TLSConfiguration? = reader.optional("tls", .object(), "How the server proves who it is.")
        let proxy = reader.optional(
            "proxy", .url(schemes: ["http", "socks5", "socks5h"]), "The proxy to go through.")
        let socket = reader.optional(
            "socket", .path, "A unix socket to connect to, whatever host the URL names.")
        connection = HTTPConnection(
            trust: tls?.trust ?? .systemAuthorities, identity: tls?.identity, proxy: proxy, socket: socket)
        timeout = reader.optional(
            "timeout", .duration, default: .seconds(30), "How long one request may take, its answer included.")
        compression = reader.optional(
            "compression", .choice(), default: standard, "How the bodies of requests are packed.")
        if proxy != nil, socket != nil { reader.problem("give one of \"proxy\" and \"socket\"") }
        if timeout > Self.longestTimeout || timeout == .zero {
            reader.problem("timeout: not between \"1ms\" and \"1h\"")
        }
        if authentication != nil, headers.contains(where: { $0.name.lowercased() == "authorization" }) {
            reader.problem("give one of \"auth\" and the header \"Authorization\"")
        }
    }
}
