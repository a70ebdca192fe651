package import AgentCore

/// TLS of a sink that speaks no HTTP: how the server proves who it is, and how we do.
package struct SocketTLS: Configurable, Hashable {
    /// A PEM file with the authorities to trust instead of the system's.
    package var caFile: String?
    /// Whom the server's certificate must be made out to; the host of the address, if nil.
    package var serverName: String?
    package var certificate: String?
    package var key: String?
    /// Trusts any server.
    package var insecure: Bool

    package init(
        caFile: String? = nil, serverName: String? = nil, certificate: String? = nil, key: String? = nil,
        insecure: Bool = false
    ) {
        (self.caFile, self.serverName) = (caFile, serverName)
        (self.certificate, self.key, self.insecure) = (certificate, key, insecure)
    }

    package init(from reader: inout ConfigurationReader) {
        caFile = reader.optional(
            "caFile", .path, "A PEM file with the authorities to trust instead of the system's.")
        serverName = reader.optional(
            "serverName", .string, "Whom the server's certificate must be made out to; the host, if not given.")
        certificate = reader.optional(
            "certificate", .path, "A PEM file with the client certificate shown to a server that asks for one.")
        key = reader.optional("key", .path, "A PEM file with the key of the client certificate.")
        insecure = reader.optional(
            "insecure", .boolean, default: false, "Trust any server: for tests and first contact only.")
        if (certificate == nil) != (key == nil) {
            reader.problem("give both of \"certificate\" and \"key\", or neither")
        }
    }
}
