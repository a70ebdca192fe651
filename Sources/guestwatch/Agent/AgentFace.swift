import AgentCore
import Logging
import Pipeline
import Platform
import WebAPI

/// The agent's API, where the configuration has one: a reload changes it, brings it, or ends it.
actor AgentFace {
    private let events: EventManager
    private let make: @Sendable (APIConfiguration) throws -> APIServer
    private var server: APIServer?
    /// What still serves: of those ended by a reload the last answers.
    private var serving: [Task<Void, Never>] = []
    private var isServing = false
    private var isClosed = false

    /// Reads what the configuration names, and listens nowhere yet. Throws what is wrong with it.
    init(
        _ configuration: APIConfiguration?, events: EventManager,
        make: @escaping @Sendable (APIConfiguration) throws -> APIServer
    ) throws {
        (self.events, self.make) = (events, make)
        server = try configuration.map(make)
    }

    /// Listens; connections wait until `serve`. Throws what cannot be listened on.
    func open() async throws {
        try await server?.open()
    }

    /// Serves from now on, until `close`.
    func serve() {
        isServing = true
        if let server { serving.append(Task { await server.run() }) }
    }

    /// Goes on as another configuration says; tells what is different, by the names of its settings. Throws, and
    /// changes nothing, where that cannot be.
    func change(to configuration: APIConfiguration?) async throws -> [String] {
        guard isServing, !isClosed else { return [] }
        switch (server, configuration) {
        case (nil, nil): return []
        case (let server?, let configuration?): return try await server.reload(configuration)
        case (nil, let configuration?):
            let new = try make(configuration)
            try await new.open()
            events.setStreamLimits(configuration.limits.ofStreams)
            events.measureLatency(true)
            server = new
            serve()
            return configuration.places
        case (let old?, nil):
            // Not waited for: whoever asked for this may be waiting for its answer there.
            old.close()
            server = nil
            events.measureLatency(false)
            return old.settings.places
        }
    }

    /// Ends it; returns when nothing is served any more.
    func close() async {
        isClosed = true
        server?.close()
        for task in serving { await task.value }
    }
}

extension APIConfiguration {
    /// The names of the settings that say where it listens.
    fileprivate var places: [String] {
        (socket == nil ? [] : ["socket"]) + (listen == nil ? [] : ["listen"])
    }
}
