/// Something an event names beside its guest.
///
/// In CloudEvents JSON all of them stand in one extension attribute, `related`: references `kind/id` or `kind/id/name`,
/// percent-encoded (RFC 3986) and separated by one space.
public struct RelatedObject: Sendable, Hashable {
    /// `host`, `cluster`, `datacenter`, `datastore`, `network`, `switch`, `alarm`, …; kebab-case.
    public var kind: String
    public var id: String
    public var name: String?

    public init(kind: String, id: String, name: String? = nil) {
        (self.kind, self.id, self.name) = (kind, id, name)
    }
}
