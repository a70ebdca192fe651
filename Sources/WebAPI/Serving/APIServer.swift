import AgentCore
import EventModel
import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import Pipeline
package import Platform

/// Serves the API: one event loop on one thread of its own, whatever listens.
///
/// `open` before the pipeline starts, so that what cannot listen refuses to start; `run` until `close`.
package final class APIServer: Sendable {
    /// How long answers under way may take once it closes.
    private static let grace = Duration.seconds(1)

    /// What is served now, and where. A reload changes it.
    struct Served: Sendable {
        var settings: APIConfiguration
        var gate: Gate
        var tls: APITLS?
        var listeners: [APIListener] = []
    }

    let api: API
    let served: Locked<Served>
    let arriving: AsyncStream<APIListener>.Continuation
    private let inherited: [InheritedSocket]
    private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    private let connections = Connections()
    private let closing = Watermark()
    private let arrivals: AsyncStream<APIListener>

    /// Reads the tokens and certificates; throws what is wrong with them. Where a socket was inherited for a place it
    /// listens at, that one is taken.
    package init(_ settings: APIConfiguration, _ context: APIContext, inherited: [InheritedSocket] = []) throws {
        self.inherited = inherited
        api = API(context, settings)
        served = Locked(try Self.read(settings))
        (arrivals, arriving) = AsyncStream.makeStream()
    }

    /// What the files say that the settings name. Listens nowhere.
    static func read(_ settings: APIConfiguration) throws -> Served {
        let tokens = try settings.tokens.map { try APITokens(file: $0) }
        let gate = Gate(tokens: tokens, hosts: Set(settings.hosts.map { $0.lowercased() }))
        return Served(settings: settings, gate: gate, tls: try settings.tls.map { try APITLS($0) })
    }

    /// As it is served now.
    package var settings: APIConfiguration { api.settings }

    /// Where it listens: paths, addresses and ports.
    package var places: [String] { served.withLock { $0.listeners.map(\.name) } }

    /// Listens; connections wait until `run`. Throws what cannot be listened on.
    package func open() async throws {
        let settings = api.settings
        do {
            if let path = settings.socket { add(try await listener(at: path)) }
            if let address = settings.listen { add(try await listener(at: address)) }
        } catch {
            await shutDown()
            throw error
        }
    }

    /// Serves what comes in there.
    private func add(_ listener: APIListener) {
        served.withLock { $0.listeners.append(listener) }
        arriving.yield(listener)
    }

    /// Listens on a unix socket.
    func listener(at path: String) async throws -> APIListener {
        let (log, greeting) = (api.context.log, greeting(isSocket: true))
        if let socket = inherited.first(where: { $0.isAt(path: path) }) {
            return try await APIListener.open(socket, as: path, group: group, log: log, greeting: greeting)
        }
        return try await APIListener.open(path: path, group: group, log: log, greeting: greeting)
    }

    /// Listens on an address.
    func listener(at address: ListenAddress) async throws -> APIListener {
        let (log, greeting) = (api.context.log, greeting(isSocket: false))
        if let socket = inherited.first(where: { $0.isAt(host: address.host, port: address.port) }) {
            return try await APIListener.open(socket, as: address.text, group: group, log: log, greeting: greeting)
        }
        return try await APIListener.open(address, group: group, log: log, greeting: greeting)
    }

    /// How connections are met: by what is served at that moment, so that a reload needs no other listener for it.
    private func greeting(isSocket: Bool) -> APIListener.Greeting {
        { [api, served, connections] channel in
            let (limits, tls) = served.withLock { ($0.settings.limits, isSocket ? nil : $0.tls) }
            try tls?.protect(channel)
            let door: Gate.Door = isSocket ? .socket : tls == nil ? .tcp : .tls
            let responder = APIResponder(api: api, gate: { served.withLock(\.gate) }, door: door)
            var settings = HTTP1Channel.Configuration(idleTimeout: .init(limits.requestTime))
            settings.httpDecoder = .init(
                maxHeaderFieldSize: limits.headerBytes, maxHeaderListSize: limits.headerBytes, maxHeaderFieldCount: 100)
            return HTTP1Channel(
                responder: { request, writer, channel in
                    let begun = connections.begin(on: channel)
                    defer { begun.end() }
                    try await responder.respond(to: request, by: writer, on: channel)
                }, configuration: settings)
        }
    }

    /// Serves until `close` is called.
    @concurrent package func run() async {
        await withTaskGroup { group in
            group.addTask { [api] in await api.guests.run() }
            group.addTask { [api] in await api.keepWatch() }
            group.addTask { await self.serveArrivals() }
            await closing.wait(past: 0)
            arriving.finish()
            for listener in served.withLock(\.listeners) { listener.close() }
            await settle()
            connections.closeAll()
            group.cancelAll()
        }
        await shutDown()
    }

    /// Streams have been told the end by now: they and what else is under way have a moment to be read.
    private func settle() async {
        let clock = api.context.clock
        let end = clock.now().advanced(by: Self.grace)
        while connections.count > 0, clock.now() < end {
            await connections.closeIdle()
            guard (try? await clock.sleep(.milliseconds(20))) != nil else { return }
        }
    }

    /// Ends `run`, which ends its connections first.
    package func close() {
        closing.advance()
    }

    private func shutDown() async {
        let listeners = served.withLock { served in
            defer { served.listeners = [] }
            return served.listeners
        }
        for listener in listeners { listener.close() }
        try? await group.shutdownGracefully()
    }

    /// Serves every listener there is, and those that a reload brings.
    private func serveArrivals() async {
        await withDiscardingTaskGroup { group in
            for await listener in arrivals {
                api.context.log.notice("api listens", metadata: ["at": "\(listener.name)"])
                group.addTask { await self.serve(listener) }
            }
        }
    }

    private func serve(_ listener: APIListener) async {
        await withDiscardingTaskGroup { group in
            try? await listener.channel.executeThenClose { inbound in
                for try await connection in inbound {
                    let most = api.settings.limits.connections
                    let isWelcome = connections.take(connection.channel, most: most)
                    group.addTask { [connections] in
                        // One too many is closed without a word: a word would need what there is too little of.
                        if isWelcome {
                            await connection.handle()
                            connections.drop(connection.channel)
                        } else {
                            try? await connection.value.executeThenClose { _, _ in }
                        }
                    }
                }
            }
        }
    }
}
