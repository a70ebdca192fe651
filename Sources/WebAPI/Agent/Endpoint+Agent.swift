import EventModel
import HTTPTypes
import Pipeline

extension Endpoint {
    /// The agent itself.
    static let agent: [Endpoint] = [
        Endpoint(.get, "/v1/status", status),
        Endpoint(.get, "/v1/config", configuration),
        .admin(.post, "/v1/config/reload", reload),
        Endpoint(.get, "/healthz", access: .everybody, liveness),
        Endpoint(.get, "/readyz", access: .everybody, readiness),
        Endpoint(.get, "/metrics", metrics),
        Endpoint(.get, "/openapi.yaml", description),
    ]

    @Sendable private static func status(_ call: APICall, _ api: API) async throws(Problem) -> Answer {
        try call.takesNoQuery()
        let (sight, health) = (await api.sight(), await api.events.health())
        let startedAt = await api.events.startedAt
        return .json { writer in
            writer.member("version", api.context.version)
            writer.member("phase", sight.status.phase.rawValue)
            writer.member("startedAt", startedAt)
            writer.member("ready", sight.reasons.isEmpty)
            writer.member("reasons", texts: sight.reasons)
            writer.member("health", object: { $0.write(health) })
            writer.name("journal")
            if let state = sight.status.journal { writer.object { $0.write(state, of: api) } } else { writer.null() }
            writer.member("collectors", each: sight.status.collectors) { $1.write($0, sight) }
            writer.member("sinks", each: sight.status.sinks) { $1.write($0, sight) }
            writer.member("unannounced", sight.status.unannounced)
        }
    }

    @Sendable private static func configuration(_ call: APICall, _ api: API) async throws(Problem) -> Answer {
        try call.takesNoQuery()
        return Answer(type: "application/json", bytes: JSONWriter.indented(api.context.configuration()))
    }

    @Sendable private static func reload(_ call: APICall, _ api: API) async throws(Problem) -> Answer {
        try call.takesNoQuery()
        let outcome = await api.context.reload()
        guard outcome.problems.isEmpty else {
            throw Problem(
                .conflict, "the configuration was not reloaded, nothing changed",
                members: [.init("problems", .array(outcome.problems.map { .string($0) }))])
        }
        return .json { writer in
            writer.member("collectors", object: { $0.write(outcome.collectors) })
            writer.member("sinks", object: { $0.write(outcome.sinks) })
            writer.member("retention", outcome.retention)
            writer.member("api", texts: outcome.api)
            writer.member("failures", texts: outcome.failures)
        }
    }

    @Sendable private static func liveness(_ call: APICall, _ api: API) async throws(Problem) -> Answer {
        try call.takesNoQuery()
        return .json { $0.member("status", "ok") }
    }

    @Sendable private static func readiness(_ call: APICall, _ api: API) async throws(Problem) -> Answer {
        try call.takesNoQuery()
        let reasons = await api.sight().reasons
        var answer = Answer.json { writer in
            writer.member("status", reasons.isEmpty ? "ready" : "not-ready")
            writer.member("reasons", texts: reasons)
        }
        answer.status = reasons.isEmpty ? .ok : .serviceUnavailable
        return answer
    }

    @Sendable private static func metrics(_ call: APICall, _ api: API) async throws(Problem) -> Answer {
        try call.takesNoQuery()
        let kinds = MetricsFormat.allCases.map(\.kind)
        let kind = Accept.best(of: kinds, for: call.headers[.accept]) ?? MetricsFormat.prometheus.kind
        let format = MetricsFormat.allCases.first { $0.kind == kind } ?? .prometheus
        let page = await MetricsPage.make(of: api, as: format)
        return Answer(type: format.contentType, bytes: page)
    }

    @Sendable private static func description(_ call: APICall, _ api: API) async throws(Problem) -> Answer {
        try call.takesNoQuery()
        return Answer(type: "application/yaml", bytes: EmbeddedPages.description)
    }
}

extension JSONWriter {
    fileprivate mutating func write(_ names: ReloadOutcome.Names) {
        member("added", texts: names.added)
        member("removed", texts: names.removed)
        member("changed", texts: names.changed)
    }

    fileprivate mutating func write(_ health: Health) {
        member("state", health.state.rawValue)
        member("since", health.since)
        member("troubles", each: health.troubles) { trouble, writer in
            writer.member("role", trouble.role.rawValue)
            writer.member("name", trouble.name)
            writer.member("reason", trouble.reason)
            writer.member("attempts", trouble.attempts)
            writer.member("since", trouble.since)
        }
    }
}
