import AgentCore
import EventModel
import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import Pipeline
import Platform

/// Serves the API: one event loop on one thread of its own, whatever listens.
///
/// `open` before the pipeline starts, so that what cannot listen refuses to start; `run` until `close`.
package final class APIServer: Sendable {
    /// How long answers under way may take once it closes.
    private static let grace = Duration.seconds(1)

    private let api: API
    private let gate: Gate
    private let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    private let listeners: Locked<[APIListener]> = Locked([])
    private let connections = Locked(0)
    private let closing = Watermark()

    /// Reads the tokens; throws what is wrong with them.
    package init(_ settings: APIConfiguration, _ context: APIContext) throws {
        api = API(context, settings)
        let tokens = try settings.tokens.map { try APITokens(file: $0) }
        gate = Gate(tokens: tokens, hosts: Set(settings.hosts.map { $0.lowercased() }))
    }

    /// Where it listens: paths, addresses and ports.
    package var places: [String] { listeners.withLock { $0.map(\.name) } }

    /// Listens; connections wait until `run`. Throws what cannot be listened on.
    package func open() async throws {
        let (settings, log) = (api.settings, api.context.log)
        do {
            if let path = settings.socket {
                let listener = try await APIListener.open(path: path, group: group, child: plain(at: .socket), log: log)
                listeners.withLock { $0.append(listener) }
            }
            guard let address = settings.listen else { return }
            let listener = try await APIListener.open(address, group: group, child: plain(at: .tcp), log: log)
            listeners.withLock { $0.append(listener) }
        } catch {
            await shutDown()
            throw error
        }
    }

    private func plain(at door: Gate.Door) -> HTTP1Channel {
        let (limits, responder) = (api.settings.limits, APIResponder(api: api, gate: gate, door: door))
        var settings = HTTP1Channel.Configuration(idleTimeout: .init(limits.requestTime))
        settings.httpDecoder = .init(
            maxHeaderFieldSize: limits.headerBytes, maxHeaderListSize: limits.headerBytes, maxHeaderFieldCount: 100)
        return HTTP1Channel(
            responder: { request, writer, channel in
                try await responder.respond(to: request, by: writer, on: channel)
            }, configuration: settings)
    }

    /// Serves until `close` is called.
    @concurrent package func run() async {
        let listeners = listeners.withLock(\.self)
        for listener in listeners { api.context.log.notice("api listens", metadata: ["at": "\(listener.name)"]) }
        await withTaskGroup { group in
            group.addTask { [api] in await api.guests.run() }
            group.addTask { [api] in await api.keepWatch() }
            for listener in listeners { group.addTask { await self.serve(listener) } }
            await closing.wait(past: 0)
            for listener in listeners { listener.close() }
            await settle()
            group.cancelAll()
        }
        await shutDown()
    }

    /// Streams have been told the end by now: they and what else is under way have a moment to be read.
    private func settle() async {
        let clock = api.context.clock
        let end = clock.now().advanced(by: Self.grace)
        while connections.withLock(\.self) > 0, clock.now() < end {
            guard (try? await clock.sleep(.milliseconds(20))) != nil else { return }
        }
    }

    /// Ends `run`, which ends its connections first.
    package func close() {
        closing.advance()
    }

    private func shutDown() async {
        for listener in listeners.withLock({ listeners in
            defer { listeners = [] }
            return listeners
        }) {
            listener.close()
        }
        try? await group.shutdownGracefully()
    }

    private func serve(_ listener: APIListener) async {
        let most = api.settings.limits.connections
        await withDiscardingTaskGroup { group in
            try? await listener.channel.executeThenClose { inbound in
                for try await connection in inbound {
                    let isWelcome = connections.withLock { count in
                        count += 1
                        return count <= most
                    }
                    group.addTask { [connections] in
                        // One too many is closed without a word: a word would need what there is too little of.
                        if isWelcome {
                            await listener.handle(connection)
                        } else {
                            try? await connection.executeThenClose { _, _ in }
                        }
                        connections.withLock { $0 -= 1 }
                    }
                }
            }
        }
    }
}
