import CCurlShims

/// SHA-256, plain and keyed, by the TLS library's own code.
public enum MessageDigest {
    // SAFETY: C reads as many bytes as it is given with each pointer, and writes 32.

    /// SHA-256 of some bytes: 32 bytes; nil when out of memory.
    public static func sha256(_ bytes: [UInt8]) -> [UInt8]? {
        var digest = [UInt8](repeating: 0, count: Int(GW_THUMBPRINT_BYTES))
        return gw_sha256(bytes, bytes.count, &digest) ? digest : nil
    }

    /// HMAC-SHA256 (RFC 2104) of `head` and `body`, one after the other: 32 bytes; nil when out of memory.
    public static func hmacSHA256(key: [UInt8], _ head: [UInt8], _ body: [UInt8]) -> [UInt8]? {
        var digest = [UInt8](repeating: 0, count: Int(GW_THUMBPRINT_BYTES))
        let done = gw_hmac_sha256(key, key.count, head, head.count, body, body.count, &digest)
        return done ? digest : nil
    }
}
