import CTLS

/// Hands TLS settings to OpenSSL, and its reasons back.
enum TLSSettings {
    // SAFETY: the texts live for the call, which copies what it keeps; the buffers of reasons are as long as is said.

    /// Longer than any reason.
    private static let reasonBytes = 512

    /// Prepares TLS on a connected descriptor.
    static func prepare(
        _ settings: SocketTLS, for endpoint: Endpoint, on descriptor: Int32
    ) throws(SocketFailure) -> OpaquePointer {
        var problem = [CChar](repeating: 0, count: reasonBytes)
        let name = settings.serverName ?? endpoint.host
        let made = withOptional(settings.caFile) { caFile in
            withOptional(settings.certificate) { certificate in
                withOptional(settings.key) { key in
                    name.withCString { name in
                        var wanted = gw_tls_settings(
                            ca_file: caFile, certificate: certificate, key: key, server_name: name,
                            insecure: settings.insecure)
                        return gw_tls_create(&wanted, descriptor, &problem, reasonBytes)
                    }
                }
            }
        }
        guard let made else {
            throw SocketFailure("cannot use TLS with \(endpoint): \(text(problem))", needsPerson: true)
        }
        return made
    }

    /// Why the last call failed.
    static func reason(of tls: OpaquePointer) -> String {
        var reason = [CChar](repeating: 0, count: reasonBytes)
        gw_tls_reason(tls, &reason, reasonBytes)
        return text(reason)
    }

    private static func text(_ characters: [CChar]) -> String {
        String(decoding: characters.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func withOptional<Result>(_ text: String?, _ body: (UnsafePointer<CChar>?) -> Result) -> Result {
        guard let text else { return body(nil) }
        return text.withCString { body($0) }
    }
}
