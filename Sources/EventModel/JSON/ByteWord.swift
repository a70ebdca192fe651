/// Eight bytes of text looked at together: of each byte that is looked for, the highest bit is set in the answer. Only
/// the lowest is certain: what follows it may be set by it.
package struct ByteWord {
    /// As they were loaded.
    package let word: UInt64

    @inlinable
    package init(_ word: UInt64) {
        self.word = word
    }

    /// The quotes and backslashes.
    @inlinable
    package var quotesAndBackslashes: UInt64 {
        (zeros(of: word ^ 0x2222_2222_2222_2222) | zeros(of: word ^ 0x5C5C_5C5C_5C5C_5C5C)) & 0x8080_8080_8080_8080
    }

    /// What JSON escapes: these and the control characters.
    @inlinable
    package var needingJSONEscapes: UInt64 {
        quotesAndBackslashes | (word &- 0x2020_2020_2020_2020) & ~word & 0x8080_8080_8080_8080
    }

    /// The bytes that are zero.
    @inlinable
    package func zeros(of word: UInt64) -> UInt64 { (word &- 0x0101_0101_0101_0101) & ~word }
}
