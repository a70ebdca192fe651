import EventModel

/// An `EventFilterSpec` as the server reads it.
struct FixtureFilter: Sendable {
    /// How far below its entity a filter reaches.
    enum Recursion: String {
        case own = "self"
        case children
        case all
    }

    var entity: String?
    var recursion = Recursion.all
    var eventTypeIds: [String] = []
    var begin: Timestamp?
    var end: Timestamp?
    var users: [String] = []
    var categories: [String] = []
    var chainId: Int32?
    var maxCount: Int?
    var disablesMessage = false
    var isInitializedLater = false

    /// Reads the spec; throws the fault a server answers to a spec it does not understand.
    init(_ spec: XMLTree?) throws(VimFault) {
        guard let spec else { return }
        if let entity = spec["entity"] {
            self.entity = entity["entity"]?.text
            guard let recursion = Recursion(rawValue: entity["recursion"]?.text ?? "") else {
                throw .invalidArgument("filter.entity.recursion")
            }
            self.recursion = recursion
        }
        begin = try Self.time(spec["time"]?["beginTime"])
        end = try Self.time(spec["time"]?["endTime"])
        eventTypeIds = (spec.all("eventTypeId") + spec.all("type")).map(\.text)
        if let userName = spec["userName"] {
            users = userName.all("userList").map(\.text)
            if userName["systemUser"]?.text == "true" { users.append("") }
        }
        categories = spec.all("category").map(\.text)
        chainId = spec["eventChainId"].flatMap { Int32($0.text) }
        maxCount = spec["maxCount"].flatMap { Int($0.text) }
        disablesMessage = spec["disableFullMessage"]?.text == "true"
        isInitializedLater = spec["delayedInit"]?.text == "true"
    }

    private static func time(_ element: XMLTree?) throws(VimFault) -> Timestamp? {
        guard let element else { return nil }
        guard let time = Timestamp(rfc3339: element.text) else {
            throw .invalidRequest("\"\(element.text)\" is no date")
        }
        return time
    }

    /// Whether the event is one of the collector's; the times of the filter belong to it.
    func matches(_ event: StoredEvent, in inventory: FixtureInventory) -> Bool {
        if let begin, event.createdTime < begin { return false }
        if let end, event.createdTime > end { return false }
        if let chainId, event.chainId != chainId { return false }
        if !users.isEmpty, !users.contains(event.userName) { return false }
        if !categories.isEmpty, !categories.contains(event.category) { return false }
        return matchesType(event) && matchesEntity(event, in: inventory)
    }

    private func matchesType(_ event: StoredEvent) -> Bool {
        if eventTypeIds.isEmpty { return true }
        if let id = event.eventTypeId, eventTypeIds.contains(id) { return true }
        return ClassLineage.of(event.className).contains { eventTypeIds.contains($0) }
    }

    private func matchesEntity(_ event: StoredEvent, in inventory: FixtureInventory) -> Bool {
        guard let entity else { return true }
        if FixtureInventory.roots.contains(entity), recursion == .all { return true }
        let isOwn = recursion != .children && event.entities.contains(entity)
        return isOwn
            || recursion != .own && event.entities.contains { inventory.contains($0, inside: entity) }
    }
}
