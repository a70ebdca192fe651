package import EventModel

/// A configuration as it may be shown. Secrets stand in no configuration, but a careless address, header or argument
/// may hold one: what might be is blanked.
package enum BlankedConfiguration {
    /// Stands for what is not shown.
    package static let blank = "(blanked)"
    /// Members whose texts, at any depth, may be secrets.
    private static let secretNames = [
        "password", "passphrase", "secret", "token", "key", "credential", "authorization", "headers", "cookie",
        "environment",
    ]

    /// The same without anything secret.
    package static func blanked(_ value: JSONValue) -> JSONValue {
        switch value {
        case .object(let members):
            .object(members.map { .init($0.name, isSecret($0.name) ? blankedWhole($0.value) : blanked($0.value)) })
        case .array(let values): .array(values.map(blanked))
        case .string(let text): .string(blanked(text))
        default: value
        }
    }

    private static func isSecret(_ name: String) -> Bool {
        let name = name.lowercased()
        return secretNames.contains { name.contains($0) }
    }

    /// A reference says where a secret is, and may be shown.
    private static func blankedWhole(_ value: JSONValue) -> JSONValue {
        switch value {
        case .object(let members):
            if members.count == 1, ["env", "file"].contains(members[0].name) { return value }
            return .object(members.map { .init($0.name, blankedWhole($0.value)) })
        case .array(let values): return .array(values.map(blankedWhole))
        case .string: return .string(blank)
        default: return value
        }
    }

    /// Addresses without user and query; arguments that set something secret not at all.
    private static func blanked(_ text: String) -> String {
        let lowered = text.lowercased()
        if secretNames.contains(where: { lowered.contains("\($0)=") || lowered.contains("\($0):") }) { return blank }
        guard let scheme = text.firstRange(of: "://") else { return text }
        var rest = text[scheme.upperBound...]
        if let mark = rest.firstIndex(where: { $0 == "?" || $0 == "#" }) {
            rest = rest[..<rest.index(after: mark)] + blank
        }
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        if let at = authority.lastIndex(of: "@") { rest = blank + rest[at...] }
        return String(text[..<scheme.upperBound] + rest)
    }
}
