import EventModel

/// `collectors.json` as the parts that can be changed one by one while the agent runs.
struct ConfigurationParts: Equatable {
    /// The objects of the list by their names, without regard to the order of their members.
    var collectors: [String: JSONValue]
    var sinks: [String: JSONValue]
    /// What the journal may forget.
    var retention: JSONValue
    /// What holds from the start to the end of the agent, by the path of the member.
    var fixed: [String: JSONValue]

    /// The parts of a document that was read as a configuration.
    init(_ document: JSONValue) {
        collectors = Self.byName(document["collectors"])
        sinks = Self.byName(document["sinks"])
        let journal = document["journal"]?.members ?? []
        retention = JSONValue.object(journal.filter { Self.retentionMembers.contains($0.name) }).sorted
        fixed = [:]
        for member in journal where !Self.retentionMembers.contains(member.name) {
            fixed["journal.\(member.name)"] = member.value.sorted
        }
    }

    private static let retentionMembers = ["retention", "whenFull"]

    private static func byName(_ list: JSONValue?) -> [String: JSONValue] {
        let pairs = (list?.array ?? []).compactMap { object in object["name"]?.string.map { ($0, object.sorted) } }
        return Dictionary(pairs) { first, _ in first }
    }
}

/// What is to be done so that an agent running on one configuration runs on another: what did not change is not in it.
struct ConfigurationChange: Equatable {
    /// Names of plugins, in alphabetical order.
    struct Names: Equatable {
        var added: [String] = []
        var removed: [String] = []
        var changed: [String] = []

        /// From what there is to what shall be.
        init(from old: [String: JSONValue] = [:], to new: [String: JSONValue] = [:]) {
            added = new.keys.filter { old[$0] == nil }.sorted()
            removed = old.keys.filter { new[$0] == nil }.sorted()
            changed = new.keys.filter { name in old[name].map { $0 != new[name] } ?? false }.sorted()
        }

        var isEmpty: Bool { added.isEmpty && removed.isEmpty && changed.isEmpty }
        /// Those that are made anew.
        var made: Set<String> { Set(added + changed) }
    }

    var collectors: Names
    var sinks: Names
    var retention: Bool
    /// Members that cannot change while the agent runs, though they did.
    var impossible: [String]

    init(from old: ConfigurationParts, to new: ConfigurationParts) {
        collectors = Names(from: old.collectors, to: new.collectors)
        sinks = Names(from: old.sinks, to: new.sinks)
        retention = old.retention != new.retention
        impossible = Set(old.fixed.keys).union(new.fixed.keys).filter { old.fixed[$0] != new.fixed[$0] }.sorted()
    }

    var isEmpty: Bool { collectors.isEmpty && sinks.isEmpty && !retention && impossible.isEmpty }
}
