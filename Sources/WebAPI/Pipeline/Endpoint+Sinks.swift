import EventModel
import HTTPTypes
import Pipeline

extension Endpoint {
    /// The sinks, their dead letters, and what can be done with them.
    static let sinks: [Endpoint] =
        [
            Endpoint(.get, "/v1/sinks", listSinks),
            Endpoint(.get, "/v1/sinks/{name}", oneSink),
            .admin(.post, "/v1/sinks/{name}/suspend") { call, api async throws(Problem) in
                try await command(call, api) { name throws(DeliveryCommandError) in
                    try await api.events.suspend(sink: name)
                }
            },
            .admin(.post, "/v1/sinks/{name}/resume") { call, api async throws(Problem) in
                try await command(call, api) { name throws(DeliveryCommandError) in
                    try await api.events.resume(sink: name)
                }
            },
            .admin(.post, "/v1/sinks/{name}/restart") { call, api async throws(Problem) in
                let make = api.context.makeSink
                return try await command(call, api) { name throws(DeliveryCommandError) in
                    try await api.events.restart(sink: name) { try make(name) }
                }
            },
            .admin(.post, "/v1/sinks/{name}/redeliver", takesBody: true, redeliver),
        ] + deadLetters

    @Sendable private static func listSinks(_ call: APICall, _ api: API) async throws(Problem) -> Answer {
        try call.takesNoQuery()
        let sight = await api.sight()
        return .json { $0.member("sinks", each: sight.status.sinks) { $1.write($0, sight) } }
    }

    @Sendable private static func oneSink(_ call: APICall, _ api: API) async throws(Problem) -> Answer {
        try call.takesNoQuery()
        let (name, sight) = (call.parameter("name"), await api.sight())
        guard let sink = sight.status.sinks.first(where: { $0.name == name }) else {
            throw .missing("there is no sink \"\(name)\"; /v1/sinks lists them")
        }
        return .json { $0.write(sink, sight) }
    }

    private static func command(
        _ call: APICall, _ api: API, _ body: (String) async throws(DeliveryCommandError) -> Void
    ) async throws(Problem) -> Answer {
        try call.takesNoQuery()
        let name = call.parameter("name")
        // Looked for first, so that a name from outside is no event of the agent's.
        guard await api.events.status().sinks.contains(where: { $0.name == name }) else {
            throw .missing("there is no sink \"\(name)\"; /v1/sinks lists them")
        }
        do throws(DeliveryCommandError) {
            try await body(name)
        } catch {
            throw Problem(error)
        }
        return try await oneSink(call, api)
    }
}

extension Problem {
    /// Why a command about deliveries was not performed.
    init(_ error: DeliveryCommandError) {
        switch error {
        case .unknownSink: self = .missing("\(error)")
        case .suspended, .keepsOrder, .busy, .notMade, .nameTaken: self.init(.conflict, "\(error)")
        case .letGo(_, let lowest): self.init(.gone, "\(error)", members: [.init("lowest", .number("\(lowest)"))])
        case .stopping: self = .later(.serviceUnavailable, "\(error)")
        case .journal(let error): self.init(error)
        }
    }
}

extension JSONWriter {
    /// Writes the members of a sink.
    mutating func write(_ sink: SinkStatus, _ sight: AgentSight) {
        member("name", sink.name)
        member("kind", sink.kind)
        member("state", sink.state.rawValue)
        member("stuckSince", sight.stuckSince(.sink(sink.name)))
        member("cursor", sink.cursor)
        member("lag", sink.lag)
        member("committed", sink.committed)
        member("acknowledged", sink.delivered)
        member("waiting", sink.waiting)
        member("filtered", sink.filtered + sink.expired)
        member("expired", sink.expired)
        member("deadLettered", sink.deadLetters)
        member("dropped", sink.dropped)
        member("conserved", sink.isConserved)
        member("lastError", sink.lastError)
        member("attempts", sink.attempts)
    }
}
