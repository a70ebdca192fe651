package import AgentCore
import VSphere

// A collector without entities in its configuration reads the whole server, and goes on doing so: an object added to it
// would narrow it. One whose last object was removed reads nothing, and does not widen to the whole server.
extension VSphereEventsCollector: MonitorsObjects {
    /// Managed object ids.
    package var objects: [String]? {
        readsEverything ? nil : wanted.map(\.reference.value)
    }

    package func add(object: String) throws(MonitoringError) -> Bool {
        let entity = try entity(object)
        if wanted.contains(where: { $0.reference.value == entity.reference.value }) { return false }
        let limit = VSphereEventsConfiguration.maximumEntities
        guard wanted.count < limit else { throw .tooMany(limit: limit) }
        wanted.append(entity)
        objectsChanged = true
        return true
    }

    package func remove(object: String) throws(MonitoringError) -> Bool {
        let entity = try entity(object)
        guard let place = wanted.firstIndex(where: { $0.reference.value == entity.reference.value }) else {
            return false
        }
        wanted.remove(at: place)
        objectsChanged = true
        return true
    }

    /// All objects were removed.
    var monitorsNothing: Bool { !readsEverything && wanted.isEmpty }

    private func entity(_ object: String) throws(MonitoringError) -> EntityFilter {
        if readsEverything { throw .readsEverything }
        guard let entity = EntityFilter(object: object) else {
            throw .unreadable(object: object, expected: EntityFilter.expected)
        }
        return entity
    }
}
