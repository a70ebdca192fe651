#if PostgreSQL
    /// The escape `\u0000`, which jsonb refuses (SQLSTATE 22P05) though it is JSON: the replacement character, U+FFFD,
    /// takes its place.
    enum ZeroEscapes {
        private static let escape: [UInt8] = Array(#"u0000"#.utf8)
        private static let replacement: [UInt8] = Array(#"ufffd"#.utf8)

        /// JSON text without the escape; nearly always the same memory.
        static func replaced(in text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
            var text = text
            var index = text.startIndex
            while let backslash = text[index...].firstIndex(of: UInt8(ascii: "\\")) {
                let escaped = backslash + 1
                if text[escaped...].starts(with: escape) {
                    text.replaceSubrange(escaped..<escaped + escape.count, with: replacement)
                }
                // What is escaped is stepped over with its backslash: in `\\u0000` no zero is escaped.
                index = min(escaped + 1, text.endIndex)
            }
            return text
        }
    }
#endif
