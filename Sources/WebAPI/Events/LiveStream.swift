import AgentCore
import EventModel
import Pipeline

/// A stream on its way to a client: what comes next, as bytes, until it ends.
struct LiveStream: Sendable {
    /// How long nothing may be said: proxies cut what is silent for a minute.
    static let heartbeat = Duration.seconds(15)
    /// Bytes written at once: a slow client holds no more of it in memory.
    private static let pieceBytes = 64 << 10

    let stream: EventStream
    let query: EventQuery
    let format: LiveFormat
    let journal: String
    let clock: AgentClock
    let events: EventManager

    private enum Next: Sendable {
        case part(StreamPart)
        case silence
        case over
    }

    /// Writes all of it. Throws what `write` throws: the client is gone, or takes nothing.
    func run(_ write: (sending [UInt8]) async throws -> Void) async throws {
        defer { stream.close() }
        try await write(format.preamble)
        var told: UInt64 = 0
        while true {
            for part in await next() {
                switch part {
                case .part(.entries(let entries)):
                    try await send(entries, telling: &told, write)
                case .part(.gap(let gap)):
                    try await write(format.gap(gap))
                case .part(.ended(let end)):
                    return try await write(format.end(end))
                case .silence:
                    let cursor = stream.status.cursor
                    try await write(format.heartbeat(cursor: cursor > told ? cursor : nil))
                case .over:
                    return
                }
            }
        }
    }

    private func send(
        _ entries: [Entry], telling told: inout UInt64, _ write: (sending [UInt8]) async throws -> Void
    ) async throws {
        var (bytes, query) = ([UInt8](), self.query)
        await query.learnSources(from: events)
        for entry in entries where query.matches(entry) {
            format.append(entry, journal: journal, to: &bytes)
            told = entry.sequence
            guard bytes.count >= Self.pieceBytes else { continue }
            let piece = bytes
            bytes = []
            try await write(piece)
        }
        if !bytes.isEmpty { try await write(bytes) }
    }

    /// What comes within the time of a heartbeat. A part that came just when the time was over is not lost; then there
    /// was no silence, and the cursor is not told before it.
    private func next() async -> [Next] {
        await withTaskGroup(of: Next?.self) { [stream, clock] group in
            group.addTask {
                if let part = await stream.next() { return .part(part) }
                return Task.isCancelled ? nil : .over
            }
            group.addTask { (try? await clock.sleep(Self.heartbeat)) == nil ? nil : .silence }
            var all: [Next] = []
            for await next in group {
                group.cancelAll()
                if let next { all.append(next) }
            }
            let parts = all.filter { if case .silence = $0 { false } else { true } }
            return parts.isEmpty ? [.silence] : parts
        }
    }
}
