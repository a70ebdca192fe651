package import AgentCore
package import EventModel

/// A line of the configuration that gives a foreign kind of event another type or severity than the table.
package struct TypeOverride: Configurable, Hashable {
    /// A class name; nil when the override is for dynamic ids.
    package var className: String?
    /// A pattern of dynamic ids.
    package var eventTypeId: NamePattern?
    package var type: EventType?
    package var severity: Severity?

    package init(from reader: inout ConfigurationReader) {
        className = reader.optional("class", .string, "The vim25 class, such as \"VmReconfiguredEvent\".")
        eventTypeId = reader.optional(
            "eventTypeId", .namePattern, "The dynamic id of an EventEx or ExtendedEvent; \"*\" stands for anything.")
        type = reader.optional("type", .eventType, "The type its events get, such as \"vm.reconfigured\".")
        severity = reader.optional("severity", .choice(), "The severity its events get, whatever they tell themselves.")
        if (className == nil) == (eventTypeId == nil) {
            reader.problem("an override names either \"class\" or \"eventTypeId\"")
        }
        if type == nil && severity == nil { reader.problem("an override gives a \"type\", a \"severity\" or both") }
    }

    func matches(className: String, eventTypeId: String?) -> Bool {
        if let pattern = self.eventTypeId { return eventTypeId.map(pattern.matches) ?? false }
        return self.className == className
    }

    func applied(to rule: TypeRule) -> TypeRule {
        TypeRule(
            type: type ?? rule.type, severity: severity ?? rule.severity, change: rule.change,
            holdsSeverity: severity != nil || rule.holdsSeverity)
    }
}

extension ConfigurationType where Value == NamePattern {
    static var namePattern: Self {
        .text(expected: "a dynamic id such as \"esx.problem.vmfs.*\"", placeholder: NamePattern("*")) {
            $0.isEmpty || $0.utf8.contains { $0 <= 0x20 } ? nil : NamePattern($0)
        }
    }
}

extension ConfigurationType where Value == EventType {
    /// A whole event type: two or more words in kebab-case, joined by dots.
    static var eventType: Self {
        .text(expected: "an event type such as \"vm.reconfigured\"", placeholder: "vsphere.other") { text in
            guard TypePattern(text) != nil, text.contains("."), !text.hasSuffix("*") else { return nil }
            return EventType(rawValue: text)
        }
    }
}
