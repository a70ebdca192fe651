import AgentCore

/// Which sources the events of each collector were of: a value that only grows.
struct KnownSources: Sendable {
    private var all: [String: Set<String>] = [:]

    /// Those of one collector.
    func of(_ collector: String) -> Set<String> {
        all[collector] ?? []
    }

    /// Takes those of a batch; gives the ones that are new.
    mutating func take(_ events: [EncodedEvent], of collector: String) -> [String] {
        var new: [String] = []
        var last: String?
        // Nearly always all events of a batch are of one source, which is known.
        let events = events.span
        for place in events.indices where events[place].source != last {
            last = events[place].source
            if insert(events[place].source, of: collector) { new.append(events[place].source) }
        }
        return new
    }

    /// Takes one; false where it was known, or there are too many.
    @discardableResult
    mutating func insert(_ source: String, of collector: String) -> Bool {
        // Looked up first: to insert what is there would copy all of it, of which a copy is kept during a transaction.
        if let known = all[collector], known.contains(source) || known.count >= JournalLimits.sources { return false }
        all[collector, default: []].insert(source)
        return true
    }
}
