import EventModel

// How etcd's JSON gateway writes what JSON has no word for: bytes as base 64, 64-bit integers as texts.

/// Digits of base 64.
private enum EtcdAlphabet {
    static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    /// By byte; 64 for what is no digit.
    static let values: [UInt8] = (0...255).map { byte in UInt8(digits.firstIndex(of: UInt8(byte)) ?? 64) }
}

extension [UInt8] {
    // SAFETY: the digits written are as many as the capacity asked for, which follows from the count of the bytes.

    /// Appends bytes as a JSON string of base 64, with the padding of RFC 4648.
    mutating func appendBase64(_ bytes: ArraySlice<UInt8>) {
        let length = (bytes.count + 2) / 3 * 4
        let digits = [UInt8](unsafeUninitializedCapacity: length) { output, count in
            bytes.withUnsafeBufferPointer { input in
                EtcdAlphabet.digits.withUnsafeBufferPointer { Self.write(input, by: $0, to: output) }
            }
            count = length
        }
        append(UInt8(ascii: "\""))
        append(contentsOf: digits)
        append(UInt8(ascii: "\""))
    }

    private static func write(
        _ input: UnsafeBufferPointer<UInt8>, by digits: UnsafeBufferPointer<UInt8>,
        to output: UnsafeMutableBufferPointer<UInt8>
    ) {
        var (index, end) = (0, 0)
        while index < input.count {
            let rest = input.count - index
            var bits = UInt32(input[index]) << 16
            if rest > 1 { bits |= UInt32(input[index + 1]) << 8 }
            if rest > 2 { bits |= UInt32(input[index + 2]) }
            output.initializeElement(at: end, to: digits[Int(bits >> 18)])
            output.initializeElement(at: end + 1, to: digits[Int(bits >> 12 & 63)])
            output.initializeElement(at: end + 2, to: rest > 1 ? digits[Int(bits >> 6 & 63)] : UInt8(ascii: "="))
            output.initializeElement(at: end + 3, to: rest > 2 ? digits[Int(bits & 63)] : UInt8(ascii: "="))
            (index, end) = (index + 3, end + 4)
        }
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
