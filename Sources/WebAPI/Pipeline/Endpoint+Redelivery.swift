import AgentCore
import EventModel
import HTTPTypes
import Pipeline

extension Endpoint {
    private static let pageRange: ClosedRange<Int64> = 1...1000

    /// What destinations refused for good.
    static let deadLetters: [Endpoint] = [
        Endpoint(.get, "/v1/dead-letters", listDeadLetters),
        Endpoint(.get, "/v1/dead-letters/{number}", oneDeadLetter),
        .admin(.delete, "/v1/dead-letters/{number}", removeDeadLetter),
    ]

    /// Entries or dead letters once more.
    @Sendable static func redeliver(_ call: APICall, _ api: API) async throws(Problem) -> Answer {
        try call.takesNoQuery()
        let sink = call.parameter("name")
        let wish = try RedeliveryWish(try call.object())
        do throws(DeliveryCommandError) {
            switch wish {
            case .entries(let from, let since, let count):
                let result = try await api.events.redeliver(
                    entriesFrom: from, since: since, count: count ?? EventManager.redeliveryLimit, to: sink)
                return answer(result.delivered, result.refused, result.failure, next: result.next)
            case .deadLetters(let numbers):
                let result = try await api.events.redeliver(deadLetters: numbers, of: sink)
                return answer(result.delivered.count, result.refused, result.failure, next: nil)
            }
        } catch {
            throw Problem(error)
        }
    }

    private static func answer(
        _ delivered: Int, _ refused: [UInt64: String], _ failure: String?, next: UInt64?
    ) -> Answer {
        .json { writer in
            writer.member("delivered", delivered)
            writer.member("refused", each: refused.sorted { $0.key < $1.key }) { letter, writer in
                writer.member("number", letter.key)
                writer.member("reason", letter.value)
            }
            writer.member("failure", failure)
            writer.member("next", next)
        }
    }

    @Sendable private static func listDeadLetters(_ call: APICall, _ api: API) async throws(Problem) -> Answer {
        var query = call.query
        let sink = try query.text("sink")
        let after = try query.integer("after", in: 0...Query.sequences.upperBound) ?? 0
        let count = try query.integer("count", in: pageRange).map { Int($0) } ?? 100
        try query.finish()
        let found = try await letters(of: sink, after: UInt64(after), limit: count + 1, api)
        let next = found.count > count ? found[count - 1].number : nil
        var answer = Answer.json { writer in
            writer.member("deadLetters", each: found.prefix(count)) { $1.write($0) }
            writer.member("next", next)
        }
        if let next { answer.set("Link", call.link(toNext: "\(next)", as: "after")) }
        return answer
    }

    @Sendable private static func oneDeadLetter(_ call: APICall, _ api: API) async throws(Problem) -> Answer {
        try call.takesNoQuery()
        let letter = try await letter(try call.number("number"), api)
        return .json { $0.write(letter) }
    }

    @Sendable private static func removeDeadLetter(_ call: APICall, _ api: API) async throws(Problem) -> Answer {
        try call.takesNoQuery()
        let letter = try await letter(try call.number("number"), api)
        do throws(DeliveryCommandError) {
            try await api.events.removeDeadLetters([letter.number])
        } catch {
            throw Problem(error)
        }
        return .done
    }

    private static func letter(_ number: UInt64, _ api: API) async throws(Problem) -> KeptDeadLetter {
        let letters = try await letters(of: nil, after: number - 1, limit: 1, api)
        guard let letter = letters.first, letter.number == number else {
            throw .missing("there is no dead letter \(number); /v1/dead-letters lists them")
        }
        return letter
    }

    private static func letters(
        of sink: String?, after number: UInt64, limit: Int, _ api: API
    ) async throws(Problem) -> [KeptDeadLetter] {
        do throws(DeliveryCommandError) {
            return try await api.events.deadLetters(of: sink, after: number, limit: limit)
        } catch {
            throw Problem(error)
        }
    }
}

/// What shall be delivered once more.
enum RedeliveryWish: Sendable, Hashable {
    case entries(from: UInt64?, since: Timestamp?, count: Int?)
    /// Nil: all of them.
    case deadLetters(Set<UInt64>?)

    /// Reads the body: exactly one of `from`, `since` and `deadLetters`.
    init(_ body: JSONValue) throws(Problem) {
        let names = (body.members ?? []).map(\.name)
        guard Set(names).count == names.count, Set(names).isSubset(of: ["from", "since", "count", "deadLetters"]),
            names.count(where: { $0 != "count" }) == 1
        else { throw .invalid("give from or since, perhaps with count, or deadLetters alone") }
        var count: Int?
        if let given = body["count"] {
            guard let number = given.wholeNumber, (1...Int64(EventManager.redeliveryLimit)).contains(number) else {
                throw .invalid("count: not a whole number from 1 to \(EventManager.redeliveryLimit)")
            }
            count = Int(number)
        }
        if let from = body["from"] {
            self = .entries(from: try Self.sequence(from, "from"), since: nil, count: count)
        } else if let since = body["since"] {
            guard let time = since.string.flatMap(Query.time) else {
                throw .invalid("since: not an RFC 3339 time; write \"2026-01-31T12:00:00Z\"")
            }
            self = .entries(from: nil, since: time, count: count)
        } else {
            guard count == nil else { throw .invalid("count: not together with deadLetters") }
            self = .deadLetters(try Self.numbers(body["deadLetters"] ?? .null))
        }
    }

    private static func numbers(_ value: JSONValue) throws(Problem) -> Set<UInt64>? {
        if value.string == "all" { return nil }
        guard let list = value.array, (1...EventManager.deadLetterLimit).contains(list.count) else {
            throw .invalid("deadLetters: not \"all\", and no list of 1 to \(EventManager.deadLetterLimit) numbers")
        }
        var numbers: Set<UInt64> = []
        for number in list { numbers.insert(try sequence(number, "deadLetters")) }
        return numbers
    }

    private static func sequence(_ value: JSONValue, _ name: String) throws(Problem) -> UInt64 {
        guard let number = value.wholeNumber, Query.sequences.contains(number) else {
            throw .invalid("\(name): not a whole number from 1")
        }
        return UInt64(number)
    }
}

extension JSONWriter {
    fileprivate mutating func write(_ letter: KeptDeadLetter) {
        member("number", letter.number)
        member("sink", letter.sink)
        member("sequence", letter.letter.sequence)
        member("reason", letter.letter.reason)
        member("storedAt", letter.storedAt)
        name("event")
        if let body = letter.body { text(JSONText(trusted: body)) } else { null() }
    }
}
