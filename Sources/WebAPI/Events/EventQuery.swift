import AgentCore
import EventModel
import Pipeline

/// Which entries a reader wants: what the pipeline filters by, and what only readers ask for.
struct EventQuery: Sendable {
    /// By type and severity: needs no look at the body.
    var filter = EventFilter()
    /// A guest's subject, its own identifier, or its name.
    var guest: String?
    /// One guest of one source.
    var guestKey: GuestKey?
    /// One of these sources; nil: any.
    var sources: Set<String>?
    /// Happened then or later.
    var since: Timestamp?
    /// Happened before.
    var until: Timestamp?

    /// Whether everything is wanted.
    var isEmpty: Bool { filter.isEmpty && isBodyless && since == nil && until == nil }

    private var isBodyless: Bool { guest == nil && guestKey == nil && sources == nil }

    /// Whether it is wanted. What cannot be read is not, where its body matters.
    func matches(_ entry: Entry) -> Bool {
        guard filter.matches(type: entry.type, severity: entry.severity) else { return false }
        if isBodyless, since == nil, until == nil { return true }
        guard let event = try? EventDecoder.decode(entry.body).event else { return false }
        if let since, event.time < since { return false }
        if let until, event.time >= until { return false }
        if let sources, !sources.contains(event.source) { return false }
        if let guestKey, guestKey != GuestKey(event) { return false }
        return guest.map { Self.names($0, event.guest) } ?? true
    }

    private static func names(_ wanted: String, _ guest: Guest?) -> Bool {
        guard let guest else { return false }
        return wanted == guest.id || wanted == guest.name || wanted == "\(guest.kind.rawValue)/\(guest.id)"
    }
}

extension EventQuery {
    /// Reads the filters every list of events takes.
    init(common query: inout Query) throws(Problem) {
        if let text = try query.text("type") {
            for word in text.split(separator: ",", omittingEmptySubsequences: false) {
                guard let pattern = TypePattern(String(word)) else {
                    throw .invalid("type: \"\(word)\" is no event type; write vm.powered-on or vm.*")
                }
                filter.types.append(pattern)
            }
        }
        filter.severity = try query.choice("severity", Severity.self) ?? .debug
        since = try query.time("since")
        until = try query.time("until")
    }

    /// Reads those as well that are about guests, sources and collectors.
    init(from query: inout Query, of api: API) async throws(Problem) {
        try self.init(common: &query)
        guest = try query.text("guest")
        if let source = try query.text("source") { sources = [source] }
        if let collector = try query.text("collector") {
            let all = await api.events.registeredCollectors
            guard let status = all.first(where: { $0.name == collector }) else {
                throw .missing("collector: there is no collector \"\(collector)\"; /v1/collectors lists them")
            }
            sources = (sources ?? Set(status.sources)).intersection(status.sources)
        }
    }
}
