package import AgentCore
package import HTTPClient

/// How a server proves who it is; without it, by the system's authorities.
package struct TLSConfiguration: Configurable {
    package var trust: TLSTrust

    package init(from reader: inout ConfigurationReader) {
        let thumbprint = reader.optional(
            "thumbprint", .thumbprint,
            "The SHA-256 thumbprint of the server's certificate, whatever its name and issuer.")
        let caFile = reader.optional(
            "caFile", .path, "A PEM file with the authorities to trust instead of the system's.")
        let insecure = reader.optional(
            "insecure", .boolean, default: false, "Trust any server: for tests and first contact only.")
        if [thumbprint != nil, caFile != nil, insecure].count(where: { $0 }) > 1 {
            reader.problem("give one of \"thumbprint\", \"caFile\" and \"insecure\"")
        }
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
    static var thumbprint: Self {
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
