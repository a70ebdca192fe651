/// Text from outside made safe to show on a terminal and on one line.
///
/// Everything that a terminal obeys instead of showing - control characters of both sets, bidirectional overrides,
/// invisible formatting, line and paragraph separators - becomes a visible escape; long text is cut.
package enum HarmlessText {
    /// Enough for any sentence; a page of text in one field is noise on a terminal.
    package static let maximumScalars = 4096

    /// Appends the text. `keepsLines`: line ends stay line ends.
    package static func append(
        _ text: String, to line: inout [UInt8], atMost limit: Int = maximumScalars, keepsLines: Bool = false
    ) {
        var left = limit
        for scalar in text.unicodeScalars {
            guard left > 0 else {
                line.append(contentsOf: "…".utf8)
                return
            }
            left -= 1
            if (0x20..<0x7F).contains(scalar.value) || keepsLines && scalar == "\n" {
                line.append(UInt8(truncatingIfNeeded: scalar.value))
            } else if isShown(scalar) {
                line.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            } else {
                appendEscape(of: scalar, to: &line)
            }
        }
    }

    /// Whether a terminal shows it and does nothing else.
    static func isShown(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: false
        default: true
        }
    }

    private static func appendEscape(of scalar: Unicode.Scalar, to line: inout [UInt8]) {
        switch scalar {
        case "\n": line.append(contentsOf: #"\n"#.utf8)
        case "\r": line.append(contentsOf: #"\r"#.utf8)
        case "\t": line.append(contentsOf: #"\t"#.utf8)
        default: line.append(contentsOf: "\\u{\(String(scalar.value, radix: 16))}".utf8)
        }
    }
}
