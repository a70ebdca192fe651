import CCurl
import CCurlShims

/// Whom to trust, in a form that OpenSSL can ask. Lives as long as the connections made with it.
final class CurlTrust {
    // SAFETY: allocated once and freed by deinit; only used on the engine's thread.
    private let trust: OpaquePointer

    /// Nil when out of memory.
    init?(_ trust: TLSTrust) {
        let created: OpaquePointer?
        switch trust {
        case .systemAuthorities, .authorities: created = gw_trust_create(GW_TRUST_AUTHORITIES, nil)
        case .insecure: created = gw_trust_create(GW_TRUST_ANYONE, nil)
        case .thumbprint(let bytes):
            // SAFETY: C reads 32 bytes; a pin of any other length is refused before the first connection and here
            // again.
            guard let thumbprint = CertificateThumbprint(bytes: bytes) else { return nil }
            created = gw_trust_create(GW_TRUST_THUMBPRINT, thumbprint.bytes)
        }
        guard let created else { return nil }
        self.trust = created
    }

    deinit {
        gw_trust_destroy(trust)
    }

    /// The certificate the server showed in the last handshake.
    var shown: CertificateThumbprint? {
        var bytes = [UInt8](repeating: 0, count: Int(GW_THUMBPRINT_BYTES))
        return gw_trust_shown(trust, &bytes) ? CertificateThumbprint(bytes: bytes) : nil
    }

    /// Makes `handle` ask in each handshake.
    func install(in easy: UnsafeMutableRawPointer) -> CURLcode {
        gw_curl_set_trust(easy, trust)
    }
}
