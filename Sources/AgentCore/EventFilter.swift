package import EventModel

/// Which events a reader wants: by type pattern and least severity. Empty: all.
package struct EventFilter: Sendable, Hashable {
    package var types: [TypePattern]
    package var severity: Severity

    package init(types: [TypePattern] = [], severity: Severity = .debug) {
        (self.types, self.severity) = (types, severity)
    }

    package func matches(type: EventType, severity: Severity) -> Bool {
        severity >= self.severity && (types.isEmpty || types.contains { $0.matches(type) })
    }
}

/// An event type, or the beginning of one up to a dot: `vm.powered-on`, `vm.*`, `*`.
package struct TypePattern: Sendable, Hashable {
    /// Every type.
    package static let all = TypePattern(trusted: "*")

    package let text: String

    private init(trusted text: String) {
        self.text = text
    }

    /// Nil when `*` stands anywhere but alone or after the last dot.
    package init?(_ text: String) {
        let stem = text.hasSuffix(".*") ? text.dropLast(2) : text == "*" ? "" : text[...]
        let allowed = Set("abcdefghijklmnopqrstuvwxyz0123456789-.".utf8)
        let wellFormed = stem.utf8.allSatisfy(allowed.contains)
        guard wellFormed, !stem.isEmpty || text == "*", !stem.hasPrefix("."), !stem.hasSuffix(".") else { return nil }
        self.text = text
    }

    package func matches(_ type: EventType) -> Bool {
        if text == "*" { return true }
        return text.hasSuffix(".*") ? type.rawValue.utf8.starts(with: text.utf8.dropLast()) : type.rawValue == text
    }
}
