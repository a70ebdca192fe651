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
    /// What a type begins with; nil when it must be `text` itself.
    private let beginning: String?

    private init(trusted text: String) {
        self.text = text
        beginning = text.hasSuffix("*") ? String(text.dropLast()) : nil
    }

    /// Nil when a word is empty or has other letters than types have, or when `*` stands anywhere but alone or after
    /// the last dot.
    package init?(_ text: String) {
        let words = text.split(separator: ".", omittingEmptySubsequences: false)
        let isPattern = words.last == "*"
        let allowed = Set("abcdefghijklmnopqrstuvwxyz0123456789-".utf8)
        guard words.dropLast(isPattern ? 1 : 0).allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(allowed.contains) })
        else {
            return nil
        }
        self.init(trusted: text)
    }

    package func matches(_ type: EventType) -> Bool {
        beginning.map { type.rawValue.hasPrefix($0) } ?? (type.rawValue == text)
    }
}
