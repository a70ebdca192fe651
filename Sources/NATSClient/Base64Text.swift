/// Base64 (RFC 4648), as JetStream's JSON and our lease records have it.
package enum Base64Text {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 255, count: 256)
        for (value, letter) in alphabet.enumerated() { values[Int(letter)] = UInt8(value) }
        return values
    }()

    /// With padding.
    package static func encode(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let part = bytes[start..<min(start + 3, bytes.count)]
            var bits = part.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - part.count))
            var letters: [UInt8] = []
            for place in 0..<4 {
                letters.append(place < 3 - part.count ? UInt8(ascii: "=") : alphabet[bits & 63])
                bits >>= 6
            }
            text += letters.reversed()
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Up to the first character that is none of base64.
    package static func decode(_ text: String) -> [UInt8] {
        var (bytes, bits, count): ([UInt8], UInt32, Int) = ([], 0, 0)
        for letter in text.utf8 {
            let value = values[Int(letter)]
            guard value != 255 else { break }
            bits = bits << 6 | UInt32(value)
            count += 6
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            }
        }
        return bytes
    }
}
