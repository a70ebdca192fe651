/// JSON made safe to show on a terminal, and still the same JSON: what a terminal obeys instead of showing, as
/// `HarmlessText` tells it apart, is written as an escape.
///
/// JSON escapes the first 32 control characters on its own; delete, the second set of controls, bidirectional overrides
/// and invisible formatting may stand in its texts as they are.
package enum HarmlessJSON {
    /// One text or several, one a line.
    package static func escaped(_ json: [UInt8]) -> [UInt8] {
        let newline = UInt8(ascii: "\n")
        guard json.contains(where: { $0 >= 0x7F || $0 < 0x20 && $0 != newline }) else { return json }
        var escaped: [UInt8] = []
        escaped.reserveCapacity(json.count + 64)
        for scalar in String(decoding: json, as: UTF8.self).unicodeScalars {
            if (0x20..<0x7F).contains(scalar.value) || scalar == "\n" {
                escaped.append(UInt8(truncatingIfNeeded: scalar.value))
            } else if scalar == "\r" || scalar == "\t" {
                // Between the texts of JSON: within them they are escaped already.
                escaped.append(UInt8(ascii: " "))
            } else if scalar.value > 0x7F, HarmlessText.isShown(scalar) {
                escaped.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            } else {
                for unit in String(scalar).utf16 { appendEscape(of: unit, to: &escaped) }
            }
        }
        return escaped
    }

    private static func appendEscape(of unit: UInt16, to json: inout [UInt8]) {
        let digits = String(unit, radix: 16)
        json.append(contentsOf: "\\u\(String(repeating: "0", count: 4 - digits.utf8.count))\(digits)".utf8)
    }
}
