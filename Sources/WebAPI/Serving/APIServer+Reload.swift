import Pipeline
import Platform

extension APIServer {
    /// Reads tokens and certificates again, and listens where the settings say now. Says what is different, by the
    /// names of the settings.
    ///
    /// Throws, and changes nothing, when a file cannot be used or a place not be listened on: who listens goes on until
    /// the new one does, and where only TLS is turned on, off or renewed it is the same one, that meets the next
    /// connection so. Connections that stand go on; when tokens or certificates changed the streams over TCP are ended,
    /// so that nobody reads on by a token that is none any more: their readers come back with the sequence they have.
    package func reload(_ settings: APIConfiguration) async throws -> [String] {
        let old = served.withLock(\.self)
        var new = try Self.read(settings)
        var (opened, closed): ([APIListener], [APIListener]) = ([], [])
        do {
            if settings.socket != old.settings.socket {
                closed += old.listeners.filter { $0.place == old.settings.socket }
                if let path = settings.socket { opened.append(try await listener(at: path)) }
            }
            if settings.listen != old.settings.listen {
                closed += old.listeners.filter { $0.place == old.settings.listen?.text }
                if let address = settings.listen { opened.append(try await listener(at: address)) }
            }
        } catch {
            for listener in opened { listener.close() }
            throw error
        }
        let gone = Set(closed.map(\.place))
        new.listeners = old.listeners.filter { !gone.contains($0.place) } + opened
        let changes = Self.changes(from: old, to: new)
        served.withLock { $0 = new }
        api.change(settings)
        for listener in opened { arriving.yield(listener) }
        for listener in closed { listener.close() }
        if changes.contains("tokens") || changes.contains("tls") { endRemoteStreams() }
        return changes
    }

    private static func changes(from old: Served, to new: Served) -> [String] {
        var changes: [String] = []
        if old.settings.socket != new.settings.socket { changes.append("socket") }
        if old.settings.listen != new.settings.listen { changes.append("listen") }
        if !(new.tls?.isSame(as: old.tls) ?? (old.tls == nil)) { changes.append("tls") }
        if old.gate.tokens != new.gate.tokens { changes.append("tokens") }
        if old.gate.hosts != new.gate.hosts { changes.append("hosts") }
        if old.settings.stuckAfter != new.settings.stuckAfter { changes.append("stuckAfter") }
        if old.settings.limits != new.settings.limits { changes.append("limits") }
        return changes
    }

    private func endRemoteStreams() {
        for stream in api.events.streamList where PeerName.isRemote(stream.client) {
            api.events.removeStream(stream.number)
        }
    }
}
