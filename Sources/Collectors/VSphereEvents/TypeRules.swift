/// The type table with a configuration's overrides over it, and a memory of what was looked up.
///
/// Overrides for dynamic ids come before those for classes; of several that match, the first one listed is meant.
struct TypeRules: Sendable {
    /// Kinds remembered; a server has some 2,500. Beyond it a kind is looked up each time.
    private static let maximumKnown = 4096

    private let table: TypeTable
    private let overrides: [TypeOverride]
    private var known: [String: TypeRule] = [:]

    init(table: TypeTable = .standard, overrides: [TypeOverride] = []) {
        self.table = table
        self.overrides = overrides.filter { $0.eventTypeId != nil } + overrides.filter { $0.eventTypeId == nil }
    }

    /// The rule for a kind of event; `TypeRule.other` for an unknown one.
    mutating func rule(className: String, eventTypeId: String?) -> TypeRule {
        // An id and a class never share a name, and an id comes with EventEx or ExtendedEvent only.
        let kind = eventTypeId ?? className
        if let rule = known[kind] { return rule }
        var rule = table.rule(className: className, eventTypeId: eventTypeId) ?? .other
        if let match = overrides.first(where: { $0.matches(className: className, eventTypeId: eventTypeId) }) {
            rule = match.applied(to: rule)
        }
        if known.count < Self.maximumKnown { known[kind] = rule }
        return rule
    }
}
