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
    /// Its source.
    var source: String?
    /// The collector that brought it.
    var collector: String?
    /// The sources of that collector, as far as they are known: entries do not say who brought them.
    private var sources: Set<String> = []
    /// Happened then or later.
    var since: Timestamp?
    /// Happened before.
    var until: Timestamp?

    /// Whether everything is wanted.
    var isEmpty: Bool { filter.isEmpty && isBodyless && since == nil && until == nil }

    private var isBodyless: Bool { guest == nil && guestKey == nil && source == nil && collector == nil }

    /// Whether it is wanted. What cannot be read is not, where its body matters.
    func matches(_ entry: Entry) -> Bool {
        guard filter.matches(type: entry.type, severity: entry.severity) else { return false }
        if isBodyless, since == nil, until == nil { return true }
        guard let event = try? EventDecoder.decode(entry.body).event else { return false }
        if let since, event.time < since { return false }
        if let until, event.time >= until { return false }
        if let source, source != event.source { return false }
        if collector != nil, !sources.contains(event.source) { return false }
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
        source = try query.text("source")
        collector = try query.text("collector")
        guard let collector else { return }
        let known: Set<String>?
        do throws(JournalError) {
            known = try await api.events.sources(of: collector)
        } catch {
            throw Problem(error)
        }
        guard let known else {
            throw .missing("collector: there is no collector \"\(collector)\"; /v1/collectors lists them")
        }
        sources = known
    }

    /// Learns which sources the collector has by now: its first event may just have come.
    mutating func learnSources(from events: EventManager) async {
        guard let collector, let known = try? await events.sources(of: collector) else { return }
        sources = known
    }
}
