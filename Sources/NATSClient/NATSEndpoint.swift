package import AgentCore

/// How to reach NATS: what the sink, the collector and the lease have in common.
package struct NATSEndpoint: Sendable, Hashable {
    /// The server first tried; `nats://` speaks TLS only when `tls` or the server says so, `tls://` always.
    package var url: String
    /// Further servers of the cluster.
    package var others: [String]
    package var username: String?
    package var password: SecretReference?
    package var token: SecretReference?
    /// A credentials file (JWT and seed).
    package var credentials: SecretReference?
    package var tls: NATSTLS?
    /// Of a connection attempt, a request, and the time without any acknowledgement.
    package var timeout: Duration

    package init(
        url: String, others: [String] = [], username: String? = nil, password: SecretReference? = nil,
        token: SecretReference? = nil, credentials: SecretReference? = nil, tls: NATSTLS? = nil,
        timeout: Duration = .seconds(5)
    ) {
        (self.url, self.others, self.username, self.password) = (url, others, username, password)
        (self.token, self.credentials, self.tls, self.timeout) = (token, credentials, tls, timeout)
    }

    package init(from reader: inout ConfigurationReader) {
        url = reader.required("url", .url(schemes: ["nats", "tls"]), "The server: \"nats://nats.example:4222\".")
        others = reader.optional(
            "others", .list(of: .url(schemes: ["nats", "tls"])), default: [], "Further servers of the cluster.")
        username = reader.optional("username", .string, "Who logs in.")
        password = reader.optional("password", .secret, "Where the password is.")
        token = reader.optional("token", .secret, "Where the token is, for servers that ask for one.")
        credentials = reader.optional("credentials", .secret, "The credentials file (JWT and seed): { \"file\": … }.")
        tls = reader.optional("tls", .object(), "Speak TLS, and how; without it as the server asks.")
        timeout = reader.optional(
            "timeout", .duration, default: .seconds(5),
            "How long to wait for a connection, an answer, the next of many.")
        if (username == nil) != (password == nil) { reader.problem("\"username\" and \"password\" go together") }
        if [username != nil, token != nil, credentials != nil].count(where: { $0 }) > 1 {
            reader.problem("give one of \"username\", \"token\" and \"credentials\"")
        }
        if case .environment? = credentials { reader.problem("\"credentials\" is a file: { \"file\": PATH }") }
        if timeout < .milliseconds(100) || timeout > .seconds(120) {
            reader.problem("timeout: write a duration from \"100ms\" to \"2m\"")
        }
    }
}

/// TLS with a NATS server.
package struct NATSTLS: Configurable, Hashable {
    package var caFile: String?
    package var certificate: String?
    package var key: String?
    package var serverName: String?
    package var insecure: Bool

    package init(
        caFile: String? = nil, certificate: String? = nil, key: String? = nil, serverName: String? = nil,
        insecure: Bool = false
    ) {
        (self.caFile, self.certificate, self.key) = (caFile, certificate, key)
        (self.serverName, self.insecure) = (serverName, insecure)
    }

    package init(from reader: inout ConfigurationReader) {
        caFile = reader.optional("caFile", .path, "A PEM file with the authorities to trust instead of the system's.")
        certificate = reader.optional("certificate", .path, "A PEM file with the certificate we show.")
        key = reader.optional("key", .path, "A PEM file with its private key.")
        serverName = reader.optional("serverName", .string, "The name in the server's certificate, if not the URL's.")
        insecure = reader.optional(
            "insecure", .boolean, default: false, "Trust any server: for tests and first contact only.")
        if (certificate == nil) != (key == nil) { reader.problem("\"certificate\" and \"key\" go together") }
        if insecure, caFile != nil || serverName != nil {
            reader.problem("\"insecure\" looks at no authority and no name: leave out \"caFile\" and \"serverName\"")
        }
    }
}
