/// One endpoint and whom to trust there. A transport serves exactly one: pooled connections must never outlive a trust
/// setting.
public struct HTTPConnection: Sendable, Hashable {
    /// Applies to every connection of the transport.
    public var trust: TLSTrust
    /// Shown to a server that asks who we are; nil: nothing is.
    public var identity: TLSIdentity?
    /// `http://proxy:3128`, `socks5h://…`; nil: none, whatever the environment says.
    public var proxy: String?
    /// The path of a unix socket that every connection goes to, whatever host the URLs name; nil: by TCP.
    public var socket: String?

    /// By default: the system's authorities, no proxy, TCP.
    public init(
        trust: TLSTrust = .systemAuthorities, identity: TLSIdentity? = nil, proxy: String? = nil, socket: String? = nil
    ) {
        (self.trust, self.identity, self.proxy, self.socket) = (trust, identity, proxy, socket)
    }
}

/// A client certificate and its key: two PEM files, read anew for each connection.
public struct TLSIdentity: Sendable, Hashable {
    public var certificate: String
    public var key: String

    public init(certificate: String, key: String) {
        (self.certificate, self.key) = (certificate, key)
    }
}

/// How a server proves who it is.
public enum TLSTrust: Sendable, Hashable {
    /// By the system's certificate authorities and its name.
    case systemAuthorities
    /// By the authorities in a PEM file and its name.
    case authorities(file: String)
    /// By the SHA-256 thumbprint of its own certificate, 32 bytes, whatever its name and issuer.
    case thumbprint([UInt8])
    /// By nothing: for tests and first contact only; must be asked for by name.
    case insecure
}
