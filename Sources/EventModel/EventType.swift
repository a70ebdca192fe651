/// The short type of an event: lower-case words in kebab-case, joined by dots, past tense: `vm.powered-on`.
///
/// The CloudEvents `type` attribute is this with the prefix `guestwatch.`. The known ones are in `EventCatalogue`.
public struct EventType: RawRepresentable, Sendable, Hashable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// What stands before the short type in CloudEvents.
    public static let cloudEventsPrefix = "guestwatch."

    public let rawValue: String

    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    public init(stringLiteral value: StaticString) {
        rawValue = value.description
    }

    public var description: String { rawValue }

    /// The word before the first dot: `vm`.
    public var family: Substring {
        rawValue.prefix { $0 != "." }
    }
}
