extension HTTPConnection {
    /// Throws `.invalid` for what could never be connected with.
    func validate() throws(HTTPError) {
        if case .thumbprint(let bytes) = trust, CertificateThumbprint(bytes: bytes) == nil {
            throw .invalid("the certificate thumbprint has \(bytes.count) bytes; a SHA-256 one has 32")
        }
        try validateSocket()
        guard let proxy else { return }
        // A proxy spoken to by TLS would be held to the trust that is meant for the server.
        guard Self.proxySchemes.contains(where: { proxy.lowercased().hasPrefix($0) }) else {
            throw .invalid("proxy does not begin with one of \(Self.proxySchemes.joined(separator: ", "))")
        }
        guard proxy.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else {
            throw .invalid("proxy contains a blank or a control character")
        }
    }

    private func validateSocket() throws(HTTPError) {
        guard let socket else { return }
        guard proxy == nil else {
            throw .invalid("socket \"\(socket)\" is reached without a proxy; remove one of them")
        }
        guard socket.hasPrefix("/"), !socket.utf8.contains(0) else {
            throw .invalid("socket \"\(socket)\" is not an absolute path")
        }
        guard socket.utf8.count <= Self.longestSocketPath else {
            throw .invalid(
                "socket \"\(socket)\" is longer than the \(Self.longestSocketPath) bytes a unix socket's path may have")
        }
    }

    /// `sun_path` of unix(7), with the zero at its end.
    private static let longestSocketPath = 107
    private static let proxySchemes = ["http://", "socks4://", "socks4a://", "socks5://", "socks5h://"]
}
