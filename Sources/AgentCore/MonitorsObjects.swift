/// A collector that reads only what concerns certain objects of its source, and takes others while it runs.
///
/// An object is named as the source names it: a managed object id such as `vm-41`. A change holds from the next read
/// on; a read under way ends as it began. Reading goes on at the same place: the other objects' events are neither lost
/// nor doubled, and of an added object come the events after that place.
public protocol MonitorsObjects: Collector {
    /// The objects monitored, as they were named, in the order they were added; nil: everything the source has.
    var objects: [String]? { get async }

    /// Monitors one object more. False when it is monitored already: then nothing changes.
    func add(object: String) async throws(MonitoringError) -> Bool

    /// Monitors one object less; without any the collector reads nothing until one is added. False when it is not
    /// monitored: then nothing changes.
    func remove(object: String) async throws(MonitoringError) -> Bool
}

/// Why an object cannot be monitored, or left out: what was asked, and the remedy.
public enum MonitoringError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The source knows no object of such a name.
    case unreadable(object: String, expected: String)
    /// The collector reads everything its source has.
    case readsEverything
    /// No more objects than that.
    case tooMany(limit: Int)

    public var description: String {
        switch self {
        case .unreadable(let object, let expected): "the object \"\(object)\" cannot be monitored: write \(expected)"
        case .readsEverything:
            "the collector reads everything its source has: name the objects it shall monitor in its configuration"
        case .tooMany(let limit): "no more than \(limit) objects can be monitored: name one that holds them"
        }
    }
}
