package import AgentCore

/// `tls` of the `api`: files, read at the start and again by a reload.
///
///     "tls": { "certificate": "/etc/guestwatch/tls/chain.pem", "key": "/etc/guestwatch/tls/key.pem" }
package struct APITLSConfiguration: Configurable, Hashable {
    /// Path of the certificate and those between it and its authority, in that order.
    package let certificate: String
    /// Path of its private key.
    package let key: String
    /// Path of the authorities of client certificates.
    package let clients: String?

    package init(from reader: inout ConfigurationReader) {
        certificate = reader.required(
            "certificate", .path, "A PEM file with the certificate shown, then those that lead to its authority.")
        key = reader.required("key", .path, "A PEM file with the private key of the certificate.")
        clients = reader.optional(
            "clients", .path,
            "A PEM file with authorities: only who shows a certificate of theirs gets a connection. It needs a token "
                + "besides.")
    }
}
