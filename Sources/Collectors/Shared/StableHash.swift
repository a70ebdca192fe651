/// FNV-1a with 128 bits: the same for the same bytes, on every machine and in every version.
///
/// Names events that have no key of their own. Not for security: whoever writes the events may make two alike.
struct StableHash {
    private static let prime: UInt128 = 1 << 88 | 0x13B
    private var state: UInt128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d

    mutating func add(_ bytes: some Sequence<UInt8>) {
        for byte in bytes { state = (state ^ UInt128(byte)) &* Self.prime }
    }

    /// 32 hexadecimal digits.
    var text: String {
        let digits = String(state, radix: 16)
        return String(repeating: "0", count: 32 - digits.utf8.count) + digits
    }

    /// 64 bits that depend on all 128: the lower half alone is multiplied by a small number only.
    var folded: UInt64 { UInt64(truncatingIfNeeded: state >> 64) ^ short }

    /// The lower half, for sets.
    var short: UInt64 { UInt64(truncatingIfNeeded: state) }
}
