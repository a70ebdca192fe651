import EventModel
import HTTPTypes
import Pipeline

extension Endpoint {
    /// What is known of each guest.
    static let guests: [Endpoint] = [
        Endpoint(.get, "/v1/guests", listGuests),
        Endpoint(.get, "/v1/guests/{guest}", oneGuest),
        Endpoint(.get, "/v1/guests/{guest}/events", guestEvents),
    ]

    @Sendable private static func listGuests(_ call: APICall, _ api: API) async throws(Problem) -> Answer {
        var query = call.query
        let after = try query.text("after")
        if let after, after.utf8.count != 16 || !after.allSatisfy({ $0.isHexDigit && !$0.isUppercase }) {
            throw .invalid("after: \"\(after)\" is no id of a guest: 16 hexadecimal digits")
        }
        let count = try query.integer("count", in: 1...10_000).map { Int($0) } ?? 100
        let kind: Guest.Kind? = try query.choice("kind")
        let state: GuestWord? = try query.choice("state")
        let (name, host) = (try query.text("name"), try query.text("host"))
        try query.finish()
        let (view, isComplete) = api.guests.now
        let wanted = view.guests.filter { id, guest in
            (after.map { id > $0 } ?? true) && (kind ?? guest.key.kind) == guest.key.kind
                && (state ?? guest.state) == guest.state && (name == nil || name == guest.name)
                && (host == nil || host == guest.host)
        }
        let page = wanted.sorted { $0.key < $1.key }.prefix(count)
        let next = page.count < wanted.count ? page.last?.key : nil
        var answer = Answer.json { writer in
            writer.member("guests", each: page) { $1.write($0.value, id: $0.key) }
            writer.member("complete", isComplete)
            writer.member("through", view.through)
            writer.member("next", next)
        }
        if let next { answer.set("Link", call.link(toNext: next, as: "after")) }
        return answer
    }

    @Sendable private static func oneGuest(_ call: APICall, _ api: API) async throws(Problem) -> Answer {
        try call.takesNoQuery()
        let (id, guest) = try guest(call.parameter("guest"), of: api)
        return .json { $0.write(guest, id: id) }
    }

    @Sendable private static func guestEvents(_ call: APICall, _ api: API) async throws(Problem) -> Answer {
        let guest = try guest(call.parameter("guest"), of: api).guest
        var query = call.query
        var wanted = try EventQuery(common: &query)
        wanted.guestKey = guest.key
        // What retention has let go since is no mistake of who asks.
        let lowest: UInt64
        do {
            lowest = try await api.events.entries(from: nil, count: 0).held?.lowerBound ?? 1
        } catch {
            throw .later(.serviceUnavailable, "\(error)")
        }
        return try await window(wanted, beginning: max(guest.firstSequence, lowest), &query, call, api)
    }

    /// The guest of that id; or the only one of that subject, identifier or name.
    private static func guest(_ reference: String, of api: API) throws(Problem) -> (id: String, guest: KnownGuest) {
        let guests = api.guests.now.view.guests
        if let guest = guests[reference] { return (reference, guest) }
        let found = guests.filter { _, guest in
            [guest.key.subject, guest.key.id, guest.name].contains(reference)
        }
        guard let first = found.first else {
            throw .missing("there is no guest \"\(reference)\"; /v1/guests lists them")
        }
        guard found.count == 1 else {
            let ids = found.keys.sorted().prefix(100)
            throw Problem(
                .conflict, "\(found.count) guests are called \"\(reference)\"; ask for one by its id",
                members: [.init("candidates", .array(ids.map { .string($0) }))])
        }
        return (first.key, first.value)
    }
}

extension JSONWriter {
    fileprivate mutating func write(_ guest: KnownGuest, id: String) {
        member("id", id)
        member("kind", guest.key.kind.rawValue)
        member("subject", guest.key.subject)
        member("guest", guest.key.id)
        member("name", guest.name)
        member("host", guest.host)
        member("source", guest.key.source)
        member("state", guest.state.rawValue)
        member("since", guest.since)
        member("firstSequence", guest.firstSequence)
        member("events", guest.events)
        member(
            "lastEvent",
            object: { writer in
                writer.member("sequence", guest.last.sequence)
                writer.member("type", guest.last.type.rawValue)
                writer.member("time", guest.last.time)
                writer.member("severity", guest.last.severity.rawValue)
            })
    }
}
