package import EventModel

/// What an event of one foreign kind becomes.
package struct TypeRule: Sendable, Hashable {
    package var type: EventType
    /// Holds unless the event tells its own.
    package var severity: Severity
    package var change: Change
    /// The configuration asked for this severity, whatever the event tells.
    package var holdsSeverity: Bool

    package init(type: EventType, severity: Severity, change: Change = .none, holdsSeverity: Bool = false) {
        (self.type, self.severity, self.change, self.holdsSeverity) = (type, severity, change, holdsSeverity)
    }

    /// What becomes of an event nobody has a rule for; see `VSphereEventTranslator` for how it is refined.
    package static let other = TypeRule(type: "vsphere.other", severity: .info)
}
