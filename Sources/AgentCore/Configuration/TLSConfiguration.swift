public import HTTPClient

/// How a server proves who it is, by default to the system's authorities, and how we prove who we are, if it asks.
public struct TLSConfiguration: Configurable {
    public var trust: TLSTrust
    public var identity: TLSIdentity?

    public init(from reader: inout ConfigurationReader) {
        let thumbprint = reader.optional(
            "thumbprint", .thumbprint,
            "The SHA-256 thumbprint of the server's certificate, whatever its name and issuer.")
        let caFile = reader.optional(
            "caFile", .path, "A PEM file with the authorities to trust instead of the system's.")
        let insecure = reader.optional(
            "insecure", .boolean, default: false, "Trust any server: for tests and first contact only.")
        let certificate = reader.optional(
            "certificate", .path, "A PEM file with the client certificate shown to a server that asks for one.")
        let key = reader.optional("key", .path, "A PEM file with the key of the client certificate.")
        if [thumbprint != nil, caFile != nil, insecure].count(where: { $0 }) > 1 {
            reader.problem("give one of \"thumbprint\", \"caFile\" and \"insecure\"")
        }
        if (certificate == nil) != (key == nil) {
            reader.problem("give both of \"certificate\" and \"key\", or neither")
        }
        if let certificate, let key { identity = TLSIdentity(certificate: certificate, key: key) }
        if let thumbprint {
            trust = .thumbprint(thumbprint)
        } else if let caFile {
            trust = .authorities(file: caFile)
        } else {
            trust = insecure ? .insecure : .systemAuthorities
        }
    }
}

extension ConfigurationType where Value == [UInt8] {
    /// 32 bytes in hexadecimal, with colons between them or without.
    public static var thumbprint: Self {
        .text(
            expected: "a SHA-256 thumbprint: 32 bytes in hexadecimal, such as \"AA:BB:…\"", placeholder: []
        ) { text in
            let digits = text.filter { $0 != ":" }
            guard digits.utf8.count == 64, digits.utf8.allSatisfy({ Character(UnicodeScalar($0)).isHexDigit }) else {
                return nil
            }
            var bytes: [UInt8] = []
            var rest = digits[...]
            while !rest.isEmpty {
                guard let byte = UInt8(rest.prefix(2), radix: 16) else { return nil }
                bytes.append(byte)
                rest = rest.dropFirst(2)
            }
            return bytes
        }
    }
}
