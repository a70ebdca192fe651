/// The SHA-256 thumbprint of a certificate, as vSphere people write it: `AA:BB:…`, 32 bytes.
public struct CertificateThumbprint: Sendable, Hashable, CustomStringConvertible {
    /// 32 bytes.
    public let bytes: [UInt8]

    /// Nil unless there are 32 bytes.
    public init?(bytes: [UInt8]) {
        guard bytes.count == Self.length else { return nil }
        self.bytes = bytes
    }

    /// Reads 64 hexadecimal digits of either case, with or without colons, spaces or the `sha256 Fingerprint=` that
    /// openssl prints before them. Throws `.invalid` with the remedy.
    public init(_ text: String) throws(HTTPError) {
        let digits = text.split(separator: "=", omittingEmptySubsequences: false).last ?? ""
        let hex = digits.utf8.filter { !Self.separators.contains($0) }
        let values = hex.compactMap(Self.value)
        guard values.count == hex.count, values.count == 2 * Self.length else {
            throw .invalid(Self.complaint(text, digits: values.count == hex.count ? hex.count : nil))
        }
        bytes = stride(from: 0, to: values.count, by: 2).map { values[$0] << 4 | values[$0 + 1] }
    }

    /// Upper case with colons.
    public var description: String {
        bytes.map { byte in
            let hex = String(byte, radix: 16, uppercase: true)
            return byte < 16 ? "0" + hex : hex
        }.joined(separator: ":")
    }

    private static let length = 32
    private static let sha1Length = 20
    private static let separators: [UInt8] = Array(": \t\r\n".utf8)

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    private static func complaint(_ text: String, digits: Int?) -> String {
        let remedy =
            "write the SHA-256 one, 32 bytes as AA:BB:…; "
            + "openssl s_client -connect HOST:443 </dev/null | openssl x509 -noout -fingerprint -sha256 prints it"
        return switch digits {
        case 2 * sha1Length: "thumbprint \"\(text)\" is a SHA-1 one (20 bytes), which can be forged; \(remedy)"
        case let digits?: "thumbprint \"\(text)\" has \(digits) hexadecimal digits instead of 64; \(remedy)"
        case nil: "thumbprint \"\(text)\" is not hexadecimal; \(remedy)"
        }
    }
}
