import EventModel
import HTTPTypes
import Pipeline

extension Endpoint {
    /// The collectors, and what can be done with one.
    static let collectors: [Endpoint] = [
        Endpoint(.get, "/v1/collectors", listCollectors),
        Endpoint(.get, "/v1/collectors/{name}", oneCollector),
        .admin(.post, "/v1/collectors/{name}/suspend") { call, api async throws(Problem) in
            try await command(call, api) { name throws(CollectorCommandError) in
                try await api.events.suspendCollector(name)
            }
        },
        .admin(.post, "/v1/collectors/{name}/resume") { call, api async throws(Problem) in
            try await command(call, api) { name throws(CollectorCommandError) in
                try await api.events.resumeCollector(name)
            }
        },
        .admin(.post, "/v1/collectors/{name}/restart") { call, api async throws(Problem) in
            try await command(call, api) { name throws(CollectorCommandError) in
                try await api.events.stopCollector(name)
                try await api.events.startCollector(name)
            }
        },
    ]

    @Sendable private static func listCollectors(_ call: APICall, _ api: API) async throws(Problem) -> Answer {
        try call.takesNoQuery()
        let sight = await api.sight()
        return .json { $0.member("collectors", each: sight.status.collectors) { $1.write($0, sight) } }
    }

    @Sendable private static func oneCollector(_ call: APICall, _ api: API) async throws(Problem) -> Answer {
        try call.takesNoQuery()
        let (name, sight) = (call.parameter("name"), await api.sight())
        guard let collector = sight.status.collectors.first(where: { $0.name == name }) else {
            throw .missing("there is no collector \"\(name)\"; /v1/collectors lists them")
        }
        return .json { $0.write(collector, sight) }
    }

    private static func command(
        _ call: APICall, _ api: API, _ body: (String) async throws(CollectorCommandError) -> Void
    ) async throws(Problem) -> Answer {
        try call.takesNoQuery()
        let name = call.parameter("name")
        // Looked for first, so that a name from outside is no event of the agent's.
        guard await api.events.registeredCollectors.contains(where: { $0.name == name }) else {
            throw .missing("there is no collector \"\(name)\"; /v1/collectors lists them")
        }
        do throws(CollectorCommandError) {
            try await body(name)
        } catch {
            throw Problem(error)
        }
        return try await oneCollector(call, api)
    }
}

extension Problem {
    /// Why a command about a collector was not performed.
    init(_ error: CollectorCommandError) {
        switch error {
        case .unknown: self = .missing("\(error)")
        case .stopping: self = .later(.serviceUnavailable, "\(error)")
        case .journal(let error): self.init(error)
        default: self.init(.conflict, "\(error)")
        }
    }
}

extension JSONWriter {
    /// Writes the members of a collector.
    mutating func write(_ collector: CollectorStatus, _ sight: AgentSight) {
        member("name", collector.name)
        member("kind", collector.kind)
        member("state", collector.state.rawValue)
        member("stuckSince", sight.stuckSince(.collector(collector.name)))
        member("lastError", collector.lastError)
        member("attempts", collector.attempts)
        member("polls", collector.polls)
        member("events", collector.events)
        member("repeated", collector.repeated)
        member("filtered", collector.filtered)
        member("lastCommit", collector.lastCommit)
        member("sources", texts: collector.sources)
    }
}
