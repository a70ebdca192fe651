extension JSONWriter {
    /// A value as JSON for people: a member or element a line, two spaces a level, a line end at the end.
    public static func indented(_ value: JSONValue) -> [UInt8] {
        var bytes: [UInt8] = []
        append(value, level: 0, to: &bytes)
        bytes.append(UInt8(ascii: "\n"))
        return bytes
    }

    private static func append(_ value: JSONValue, level: Int, to bytes: inout [UInt8]) {
        switch value {
        case .array(let values) where !values.isEmpty:
            let isShort = values.allSatisfy { $0.array == nil && $0.members == nil }
            append(values, in: "[]", onOneLine: isShort, level: level, to: &bytes) { value, bytes in
                append(value, level: level + 1, to: &bytes)
            }
        case .object(let members) where !members.isEmpty:
            append(members, in: "{}", onOneLine: false, level: level, to: &bytes) { member, bytes in
                bytes.appendJSONString(member.name)
                bytes.append(contentsOf: ": ".utf8)
                append(member.value, level: level + 1, to: &bytes)
            }
        default:
            bytes.append(contentsOf: JSONText(value).bytes)
        }
    }

    private static func append<Part>(
        _ parts: [Part], in brackets: StaticString, onOneLine: Bool, level: Int, to bytes: inout [UInt8],
        each: (Part, inout [UInt8]) -> Void
    ) {
        let lineEnd = onOneLine ? " " : "\n" + String(repeating: "  ", count: level + 1)
        bytes.append(brackets.utf8Start[0])
        for (index, part) in parts.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes.append(contentsOf: lineEnd.utf8)
            each(part, &bytes)
        }
        bytes.append(contentsOf: (onOneLine ? " " : "\n" + String(repeating: "  ", count: level)).utf8)
        bytes.append(brackets.utf8Start[1])
    }
}
