import AgentCore
import EventModel
import HTTPTypes
import Pipeline

extension Endpoint {
    /// The journal, and what can be changed of it.
    static let journal: [Endpoint] = [
        Endpoint(.get, "/v1/journal", showJournal),
        .admin(.put, "/v1/journal/retention", takesBody: true, setRetention),
        .admin(.put, "/v1/journal/tracking", takesBody: true, setTracking),
    ]

    @Sendable private static func showJournal(_ call: APICall, _ api: API) async throws(Problem) -> Answer {
        try call.takesNoQuery()
        guard let state = await api.events.status().journal else {
            throw .later(.serviceUnavailable, "the journal does not answer")
        }
        return .json { $0.write(state, of: api) }
    }

    @Sendable private static func setRetention(_ call: APICall, _ api: API) async throws(Problem) -> Answer {
        try call.takesNoQuery()
        let policy = try RetentionPolicy(try call.object())
        do throws(JournalError) {
            _ = try await api.events.setRetention(policy)
        } catch {
            throw Problem(error)
        }
        return try await showJournal(call, api)
    }

    @Sendable private static func setTracking(_ call: APICall, _ api: API) async throws(Problem) -> Answer {
        try call.takesNoQuery()
        let body = try call.object()
        guard let isOn = body["tracking"]?.bool, body.members?.count == 1 else {
            throw .invalid("give {\"tracking\": true} or {\"tracking\": false}")
        }
        await api.events.setTracking(isOn)
        return try await showJournal(call, api)
    }
}

extension RetentionPolicy {
    private static let byteRange: ClosedRange<Int64> = 1_048_576...Query.sequences.upperBound

    /// Reads the body.
    fileprivate init(_ body: JSONValue) throws(Problem) {
        self.init()
        let names = (body.members ?? []).map(\.name)
        for name in names where !["age", "count", "bytes", "whenFull"].contains(name) {
            throw .invalid("\"\(name.prefix(64))\": there is age, count, bytes and whenFull")
        }
        guard Set(names).count == names.count else { throw .invalid("a member is given twice") }
        guard let word = body["whenFull"]?.string, let choice = WhenFull(rawValue: word) else {
            throw .invalid("whenFull: block or dropOldest")
        }
        whenFull = choice
        if let given = body["age"] {
            guard let age = given.string.flatMap(Self.age) else {
                throw .invalid("age: not a duration of up to 4 digits with its unit; write \"30d\"")
            }
            self.age = age
        }
        count = try Self.number(body["count"], "count", in: Query.sequences)
        bytes = try Self.number(body["bytes"], "bytes", in: Self.byteRange)
    }

    private static func number(
        _ value: JSONValue?, _ name: String, in range: ClosedRange<Int64>
    ) throws(Problem) -> Int? {
        guard let value else { return nil }
        guard let number = value.wholeNumber, range.contains(number) else {
            throw .invalid("\(name): not a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return Int(number)
    }

    private static func age(_ text: String) -> Duration? {
        let seconds: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
        let digits = text.dropLast()
        guard let unit = text.last.flatMap({ seconds[$0] }), (1...4).contains(digits.utf8.count), digits.first != "0",
            let number = Query.integer(String(digits))
        else { return nil }
        return .seconds(number * unit)
    }
}

extension JSONWriter {
    /// Writes the members of the journal.
    mutating func write(_ state: JournalState, of api: API) {
        member("instance", api.events.journalInstance)
        member("lowest", state.lowest <= state.head ? state.lowest : nil)
        member("highest", state.head)
        member("count", state.count)
        member("bytes", state.bytes)
        member("dropped", state.dropped)
        member("deadLetters", state.deadLetters)
        member("tracking", api.events.isTracking)
    }
}
