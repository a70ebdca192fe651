/// A thing that a system which carries guests keeps a list of: a pool, a user, a group, a container.
///
/// Its events are `inventory.object-added` and `inventory.object-removed`:
///
///     {"message":"…","object":{"kind":"container","id":"101","pool":"tank"}}
public struct InventoryObject: Sendable, Hashable {
    /// `pool`, `user`, `group`, `container`, …
    public var kind: String
    public var id: String
    /// The pool it belongs to; nil where the system has none, and for a pool itself.
    public var pool: String?

    public init(kind: String, id: String, pool: String? = nil) {
        (self.kind, self.id, self.pool) = (kind, id, pool)
    }

    /// It stands in the list from now on.
    public func added(id: String, source: String, at time: Timestamp) -> Event {
        event("inventory.object-added", .add, "was added", id: id, source: source, at: time)
    }

    /// It is gone from the list.
    public func removed(id: String, source: String, at time: Timestamp) -> Event {
        event("inventory.object-removed", .remove, "was removed", id: id, source: source, at: time)
    }

    private func event(
        _ type: EventType, _ change: Change, _ verb: String, id: String, source: String, at time: Timestamp
    ) -> Event {
        var object: [JSONValue.Member] = [.init("kind", .string(kind)), .init("id", .string(self.id))]
        if let pool { object.append(.init("pool", .string(pool))) }
        let guest = Guest.Kind(rawValue: kind).map { Guest(kind: $0, id: self.id) }
        return Event(
            id: id, source: source, type: type, time: time, change: change, guest: guest,
            related: [RelatedObject(kind: kind, id: self.id)],
            data: JSONText(["message": .string("The \(kind) \(self.id) \(verb)."), "object": .object(object)]))
    }
}
