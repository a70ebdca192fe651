import AgentCore
import EventModel
import HTTPTypes
import Pipeline

extension Endpoint {
    /// What happened: windows, one by one, live, and from clients.
    static let events: [Endpoint] = [
        Endpoint(.get, "/v1/events", listEvents),
        .admin(.post, "/v1/events", takesBody: true, inject),
        Endpoint(.get, "/v1/events/stream", stream),
        Endpoint(.get, "/v1/events/{sequence}", event),
        Endpoint(.get, "/v1/events/{sequence}/deliveries", deliveries),
    ]

    /// The most one window has, and what it has when nothing is said.
    private static let (countLimit, usualCount) = (10_000 as Int64, 100)

    @Sendable private static func listEvents(_ call: APICall, _ api: API) async throws(Problem) -> Answer {
        var query = call.query
        let wanted = try await EventQuery(from: &query, of: api)
        return try await window(wanted, beginning: nil, &query, call, api)
    }

    /// Reads the place of the window, finds it, and writes it.
    static func window(
        _ wanted: EventQuery, beginning: UInt64?, _ query: inout Query, _ call: APICall, _ api: API
    ) async throws(Problem) -> Answer {
        let from = try query.integer("from", in: Query.sequences).map { UInt64($0) }
        let last = try query.integer("last", in: 1...countLimit).map { Int($0) }
        let count = try query.integer("count", in: 1...countLimit).map { Int($0) }
        try query.finish()
        if last != nil, from != nil || count != nil { throw .invalid("last: not together with from or count") }
        let window =
            if let last {
                try await EventWindow.backward(wanted, last: last, of: api.events)
            } else {
                try await EventWindow.forward(
                    wanted, from: from ?? beginning, count: count ?? usualCount, of: api.events)
            }
        var answer = Answer.json { $0.write(window, journal: api.events.journalInstance) }
        if let next = window.next { answer.set("Link", call.link(toNext: "\(next)", as: "from")) }
        return answer
    }

    @Sendable private static func event(_ call: APICall, _ api: API) async throws(Problem) -> Answer {
        try call.takesNoQuery()
        let entry = try await entry(try call.number("sequence"), of: api)
        var bytes: [UInt8] = []
        EventEncoder.append(
            entry.body, sequence: entry.sequence, journal: api.events.journalInstance, to: &bytes)
        return Answer(type: "application/cloudevents+json", bytes: bytes + [UInt8(ascii: "\n")])
    }

    private static func entry(_ sequence: UInt64, of api: API) async throws(Problem) -> Entry {
        let history: History
        do throws(JournalError) {
            history = try await api.events.entries(from: sequence, count: 1)
        } catch {
            throw Problem(error)
        }
        if let entry = history.entries.first { return entry }
        if sequence <= history.newest { throw .gone(sequence, history) }
        throw .missing("sequence \(sequence) was not given yet; the newest is \(history.newest)")
    }

    @Sendable private static func deliveries(_ call: APICall, _ api: API) async throws(Problem) -> Answer {
        try call.takesNoQuery()
        let entry = try await entry(try call.number("sequence"), of: api)
        let sinks = await api.events.status().sinks
        var letters: [KeptDeadLetter] = []
        do throws(DeliveryCommandError) {
            letters = try await api.events.deadLetters(limit: EventManager.deadLetterLimit)
                .filter { $0.letter.sequence == entry.sequence }
        } catch {
            throw Problem(error)
        }
        var times: [String: Timestamp] = [:]
        for sink in sinks { times[sink.name] = await api.events.acknowledged(entry.sequence, by: sink.name) }
        return .json { writer in
            writer.member("sequence", entry.sequence)
            writer.member("deliveries", each: sinks) { sink, writer in
                let letter = letters.first { $0.sink == sink.name }
                writer.write(entry, at: sink, letter: letter, acknowledgedAt: times[sink.name])
            }
        }
    }
}

extension APICall {
    /// The header `Link` that leads on: this call with one parameter changed. Everything in it is percent-encoded.
    func link(toNext value: String, as name: String) -> String {
        let parameters = query.given.filter { $0.name != name } + [(name: name, value: value)]
        let text = parameters.map { "\(PercentCoding.encode($0.name))=\(PercentCoding.encode($0.value))" }
        let words = path.split(separator: "/").map { PercentCoding.encode(PercentCoding.decode($0) ?? "") }
        return "</\(words.joined(separator: "/"))?\(text.joined(separator: "&"))>; rel=\"next\""
    }
}

extension JSONWriter {
    fileprivate mutating func write(_ window: EventWindow, journal: String) {
        member("journal", journal)
        member("lowest", window.lowest)
        member("highest", window.highest)
        member("next", window.next)
        name("events")
        beginArray()
        for (place, entry) in window.entries.enumerated() {
            if place > 0 { bytes.append(UInt8(ascii: ",")) }
            EventEncoder.append(entry.body, sequence: entry.sequence, journal: journal, to: &bytes)
        }
        endArray()
    }

    /// What became of an entry at a sink.
    fileprivate mutating func write(
        _ entry: Entry, at sink: SinkStatus, letter: KeptDeadLetter?, acknowledgedAt: Timestamp?
    ) {
        let (state, behind): (String, UInt64?) =
            if letter != nil {
                ("dead-letter", nil)
            } else if !sink.filter.matches(entry) {
                ("filtered", nil)
            } else if sink.cursor < entry.sequence {
                ("waiting", entry.sequence - sink.cursor - 1)
            } else {
                ("acknowledged", nil)
            }
        let held = sink.state == .suspended ? "suspended" : sink.lastError
        member("sink", sink.name)
        member("state", state)
        member("at", letter?.storedAt ?? (state == "acknowledged" ? acknowledgedAt : nil))
        member("behind", behind)
        member("reason", letter?.letter.reason ?? (state == "waiting" ? held : nil))
    }
}
