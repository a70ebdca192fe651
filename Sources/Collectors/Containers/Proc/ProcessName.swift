/// What the kernel calls a process (`comm`): the first 16 bytes of it, which is all there is of a program's.
///
/// A claim: a program may call itself anything.
package struct ProcessName: Sendable, Hashable, ExpressibleByStringLiteral, CustomStringConvertible {
    private var words: InlineArray<2, UInt64>

    package init(_ bytes: Span<UInt8>) {
        words = [0, 0]
        for index in 0..<min(16, bytes.count) {
            words[index >> 3] |= UInt64(bytes[index]) << UInt64((index & 7) * 8)
        }
    }

    package init(_ text: String) {
        self.init(Array(text.utf8).span)
    }

    package init(stringLiteral text: StaticString) {
        self.init("\(text)")
    }

    /// Its bytes, without the NULs behind them.
    package var bytes: [UInt8] {
        (0..<16).map { self[$0] }.prefix { $0 != 0 }
    }

    package var description: String { String(decoding: bytes, as: UTF8.self) }

    /// Whether it begins so.
    package func hasPrefix(_ prefix: String) -> Bool {
        var index = 0
        for byte in prefix.utf8 {
            guard index < 16, self[index] == byte else { return false }
            index += 1
        }
        return true
    }

    private subscript(_ index: Int) -> UInt8 {
        UInt8(truncatingIfNeeded: words[index >> 3] >> UInt64((index & 7) * 8))
    }

    package static func == (left: Self, right: Self) -> Bool {
        left.words[0] == right.words[0] && left.words[1] == right.words[1]
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(words[0])
        hasher.combine(words[1])
    }
}
