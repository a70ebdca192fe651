/// The short type of an event: lower-case words in kebab-case, joined by dots, past tense: `vm.powered-on`.
///
/// The CloudEvents `type` attribute is this with the prefix `guestwatch.`. The known ones are in `EventCatalogue`.
package struct EventType: RawRepresentable, Sendable, Hashable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// What stands before the short type in CloudEvents.
    package static let cloudEventsPrefix = "guestwatch."

    package let rawValue: String

    package init(rawValue: String) {
        self.rawValue = rawValue
    }

    package init(stringLiteral value: StaticString) {
        rawValue = value.description
    }

    package var description: String { rawValue }

    /// The word before the first dot: `vm`.
    package var family: Substring {
        rawValue.prefix { $0 != "." }
    }
}
