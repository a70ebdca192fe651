/// Something that happened to a guest, or to what carries it: an immutable value in the shape of CloudEvents 1.0.
///
/// `source` and `id` together name the event for ever: reading it again from the outside source gives the same pair, so
/// a repeat can always be told from news. Its JSON form is made by `EventEncoder` and read by `EventDecoder`.
public struct Event: Sendable, Hashable {
    /// The same for every reading of this event; unique within `source`.
    public var id: String
    /// Where it was seen, a URI-reference: `vsphere://vc1.example`.
    public var source: String
    public var type: EventType
    /// When it happened, by the source's clock.
    public var time: Timestamp
    public var severity: Severity
    /// What the event did to the set of known things.
    public var change: Change
    /// The guest it is about; nil for an event of a host, a cluster, the agent.
    public var guest: Guest?
    /// Everything else it names: the host, the datastore, the alarm.
    public var related: RelatedObjects
    /// A JSON object: all that the source said, under the source's own names.
    public var data: JSONText

    public init(
        id: String, source: String, type: EventType, time: Timestamp, severity: Severity = .info,
        change: Change = .none, guest: Guest? = nil, related: RelatedObjects = [], data: JSONText = .emptyObject
    ) {
        self.id = id
        self.source = source
        self.type = type
        self.time = time
        self.severity = severity
        self.change = change
        self.guest = guest
        self.related = related
        self.data = data
    }

    /// The members of `data` that may hold the sentence a person reads, in the order they are asked.
    public static let messageMembers = ["message", "fullFormattedMessage"]

    /// The sentence a person reads: the source's own (`message`, or vSphere's `fullFormattedMessage`), if it gave one.
    public var message: String? {
        guard let object = try? data.parsed() else { return nil }
        for name in Self.messageMembers {
            if let text = object[name]?.string, !text.isEmpty { return text }
        }
        return nil
    }
}
