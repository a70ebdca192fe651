/// Makes inputs out of others, the same ones for the same seed.
struct Mutator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed | 1
    }

    /// SplitMix64.
    private mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }

    private mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(max(1, limit))) }

    /// What numbers and texts are broken with.
    private static let words: [[UInt8]] = [
        Array("18446744073709551615".utf8), Array("-9223372036854775808".utf8), Array("1e999".utf8),
        Array("\\ud800".utf8),
        Array("99999999999999999999".utf8), Array("0".utf8), [0xFF], [0], [0xC2], [0x80], Array("\n".utf8),
        Array("\"".utf8), Array("{}".utf8), Array("[".utf8), Array("]]>".utf8), Array("&x;".utf8), Array("/../".utf8),
        Array("%00".utf8), [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1], [0x7F, 0xFF, 0xFF, 0xFF],
    ]

    /// One of the seeds with a few changes.
    mutating func mutant(of seeds: [[UInt8]]) -> [UInt8] {
        guard !seeds.isEmpty else { return [] }
        var bytes = seeds[below(seeds.count)]
        for _ in 0...below(4) { change(&bytes, seeds) }
        return bytes
    }

    private mutating func change(_ bytes: inout [UInt8], _ seeds: [[UInt8]]) {
        let place = below(bytes.count + 1)
        let end = min(bytes.count, place + below(16))
        switch below(8) {
        case 0: if place < bytes.count { bytes[place] ^= 1 << UInt8(below(8)) }
        case 1: if place < bytes.count { bytes[place] = UInt8(truncatingIfNeeded: next()) }
        case 2: bytes.removeSubrange(place..<end)
        case 3: bytes.insert(contentsOf: bytes[place..<end], at: place)
        case 4: bytes.replaceSubrange(place..<end, with: Self.words[below(Self.words.count)])
        case 5: bytes.removeSubrange(place...)
        case 6:
            // Digits are where sizes and places are.
            guard let digit = bytes[place...].firstIndex(where: { (0x30...0x39).contains($0) }) else { return }
            let after = bytes[digit...].firstIndex { !(0x30...0x39).contains($0) } ?? bytes.endIndex
            bytes.replaceSubrange(digit..<after, with: Self.words[below(6)])
        default:
            let other = seeds[below(seeds.count)]
            bytes.replaceSubrange(place..., with: other[below(other.count + 1)...].prefix(4096))
        }
    }
}
