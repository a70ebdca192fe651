import EventModel

/// Our types for vSphere's kinds of events: `event-types.tsv`, read once, on first use.
///
/// A row is a class name (`VmPoweredOnEvent`), a dynamic id of an `EventEx` or `ExtendedEvent`, or a pattern of such
/// ids (see `NamePattern`). Lines that begin with `#` are headings.
package struct TypeTable: Sendable {
    /// The compiled-in table.
    package static let standard = TypeTable(TypeTableText.read())

    /// By class name or whole dynamic id.
    package private(set) var exact: [String: TypeRule] = [:]
    /// By pattern, the heaviest first.
    package private(set) var patterns: [(pattern: NamePattern, rule: TypeRule)] = []

    /// Reads a table. Lines that are no rows are left out; a test holds that the compiled-in table has none.
    package init(_ text: String) {
        for line in text.split(separator: "\n").dropFirst() where !line.hasPrefix("#") {
            let cells = line.split(separator: "\t", omittingEmptySubsequences: false)
            guard cells.count == 4, let severity = Severity(rawValue: String(cells[2])),
                let change = Change(rawValue: String(cells[3]))
            else { continue }
            let rule = TypeRule(type: EventType(rawValue: String(cells[1])), severity: severity, change: change)
            let pattern = NamePattern(String(cells[0]))
            if pattern.isExact {
                exact[pattern.text] = rule
            } else {
                patterns.append((pattern, rule))
            }
        }
        patterns.sort { $0.pattern.weight > $1.pattern.weight }
    }

    /// The rule for a kind of event: for its dynamic id, else for its class; nil when the table knows neither.
    package func rule(className: String, eventTypeId: String?) -> TypeRule? {
        if let eventTypeId {
            if let rule = exact[eventTypeId] { return rule }
            if let match = patterns.first(where: { $0.pattern.matches(eventTypeId) }) { return match.rule }
        }
        return exact[className]
    }
}
