package import AgentCore

/// When a rule is meant: all that is given must hold.
package struct LineMatch: Configurable {
    /// Text that the line must have: looked for first, because it is the cheapest.
    package var contains: String?
    /// Fields and what they must be.
    package var fields: NamedValues<FieldPattern>
    /// What the message, or the field `field`, must match; its named groups become fields.
    package var regex: RegularExpression?
    package var field: String?
    private let containedBytes: [UInt8]?

    package init(from reader: inout ConfigurationReader) {
        contains = reader.optional("contains", .string, "Text that the line holds; the cheapest thing to ask.")
        fields = reader.optional(
            "fields", .named(.fieldPattern), default: NamedValues(),
            "Fields and what they are; \"*\" stands for anything: { \"program\": \"pve*\" }.")
        regex =
            reader.optional(
                "regex", .regularExpression,
                "A regular expression (PCRE2) that the message matches; its named groups become fields.") ?? nil
        field = reader.optional("field", .string, "The field that \"regex\" is for; else the message.")
        containedBytes = contains.map { Array($0.utf8) }
        if contains == nil, fields.members.isEmpty, regex == nil {
            reader.problem(
                "a match needs \"contains\", \"fields\" or \"regex\"; without \"match\" a rule is for every line")
        }
        if field != nil, regex == nil { reader.problem("\"field\" says what \"regex\" is for; \"regex\" is missing") }
    }

    /// What speaks against a line; nil when nothing does, and the groups of `regex` are fields then.
    func mismatch(_ fields: inout LineFields, captures: inout [Range<Int>?]) -> Mismatch? {
        if let containedBytes, FieldPattern.find(containedBytes, in: fields.text, 0..<fields.end) == nil,
            // A message put together of parts stands behind the line.
            fields.message.upperBound <= fields.end
                || FieldPattern.find(containedBytes, in: fields.text, fields.message) == nil
        {
            return .contains(contains ?? "")
        }
        for (name, pattern) in self.fields.members {
            guard let field = fields.field(name) else { return .missing(name) }
            guard pattern.matches(fields.text, field.value) else { return .field(name, pattern.text) }
        }
        guard let regex else { return nil }
        var range = fields.message
        if let field {
            guard let found = fields.field(field) else { return .missing(field) }
            range = found.value
        }
        switch regex.match(fields.text, in: range, captures: &captures) {
        case .unmatched: return .regex
        case .gaveUp: return .gaveUp
        case .matched:
            fields.take(regex.groups, at: captures)
            return nil
        }
    }

    /// Why a line is not meant.
    package enum Mismatch: Sendable, Hashable, CustomStringConvertible {
        case contains(String)
        case missing(String)
        case field(String, String)
        case regex
        case gaveUp

        package var description: String {
            switch self {
            case .contains(let text): "the line does not contain \"\(text)\""
            case .missing(let name): "there is no field \"\(name)\""
            case .field(let name, let pattern): "the field \"\(name)\" is not \"\(pattern)\""
            case .regex: "the regular expression does not match"
            case .gaveUp: "the regular expression takes too many steps on this line"
            }
        }
    }
}
