import EventModel

// How etcd's JSON gateway writes what JSON has no word for: bytes as base 64, 64-bit integers as texts.

/// Digits of base 64.
private enum EtcdAlphabet {
    static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    /// By byte; 64 for what is no digit.
    static let values: [UInt8] = (0...255).map { byte in UInt8(digits.firstIndex(of: UInt8(byte)) ?? 64) }
}

extension [UInt8] {
    /// Appends bytes as a JSON string of base 64, with the padding of RFC 4648.
    mutating func appendBase64(_ bytes: ArraySlice<UInt8>) {
        reserveCapacity(count + (bytes.count + 2) / 3 * 4 + 2)
        append(UInt8(ascii: "\""))
        let digits = EtcdAlphabet.digits
        var index = bytes.startIndex
        while index + 3 <= bytes.endIndex {
            let bits = UInt32(bytes[index]) << 16 | UInt32(bytes[index + 1]) << 8 | UInt32(bytes[index + 2])
            append(digits[Int(bits >> 18)])
            append(digits[Int(bits >> 12 & 63)])
            append(digits[Int(bits >> 6 & 63)])
            append(digits[Int(bits & 63)])
            index += 3
        }
        let rest = bytes[index...]
        if !rest.isEmpty {
            let bits = rest.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - rest.count))
            append(digits[Int(bits >> 18)])
            append(digits[Int(bits >> 12 & 63)])
            append(rest.count == 2 ? digits[Int(bits >> 6 & 63)] : UInt8(ascii: "="))
            append(UInt8(ascii: "="))
        }
        append(UInt8(ascii: "\""))
    }

    /// Reads base 64 with padding; nil for anything else.
    init?(base64 text: String) {
        let digits = Array(text.utf8)
        guard digits.count % 4 == 0 else { return nil }
        let padding = digits.suffix(2).count { $0 == UInt8(ascii: "=") }
        self = []
        reserveCapacity(digits.count / 4 * 3)
        var bits: UInt32 = 0
        for (place, digit) in digits.enumerated() {
            let isPadding = place >= digits.count - padding
            let value = isPadding ? 0 : EtcdAlphabet.values[Int(digit)]
            guard value < 64 else { return nil }
            bits = bits << 6 | UInt32(value)
            if place % 4 == 3 {
                append(UInt8(truncatingIfNeeded: bits >> 16))
                append(UInt8(truncatingIfNeeded: bits >> 8))
                append(UInt8(truncatingIfNeeded: bits))
            }
        }
        removeLast(padding)
    }
}

extension JSONValue {
    /// A 64-bit integer: the gateway writes it as a text, and leaves out a zero.
    func etcdInteger(_ name: String) -> Int64? {
        guard let value = self[name] else { return 0 }
        return value.string.flatMap { Int64($0) } ?? value.integer
    }

    /// Bytes; the gateway leaves out those that are none.
    func etcdBytes(_ name: String) -> [UInt8]? {
        guard let value = self[name] else { return [] }
        return value.string.flatMap { [UInt8](base64: $0) }
    }
}
