public import AgentCore
import Platform

/// The streams there are. State: the table, behind a lock held for moments.
public final class StreamHub: Sendable {
    private struct Table {
        var limiter: StreamLimiter
        var streams: [UInt64: Held] = [:]
        var lastNumber: UInt64 = 0
        var isStopped = false
    }

    /// Not owned: a stream that its reader has let go of is over.
    private struct Held {
        weak var stream: EventStream?
        var client: String
    }

    private let source: EntrySource
    private let journal: any Journal
    private let clock: AgentClock
    private let table: Locked<Table>

    public init(source: EntrySource, journal: any Journal, clock: AgentClock, limits: StreamLimits = StreamLimits()) {
        (self.source, self.journal, self.clock) = (source, journal, clock)
        table = Locked(Table(limiter: StreamLimiter(limits: limits)))
    }

    /// Makes a stream, or says why not.
    public func open(_ request: StreamRequest) async throws(StreamError) -> EventStream {
        let number = try enter(request.client)
        // Joined first: what is published while the journal is asked waits among the recent entries.
        let highest = source.recent.join()
        do throws(StreamError) {
            let start = try await start(request.start, highest: highest)
            let stream = EventStream(
                number: number, request,
                window: StreamWindow(after: start, filter: request.filter, lagLimit: limits.lag), source: source,
                since: clock.now(), leave: { [weak self] in self?.leave($0) })
            try admit(stream)
            stream.watch()
            return stream
        } catch {
            leave(number)
            throw error
        }
    }

    private func enter(_ client: String) throws(StreamError) -> UInt64 {
        try table.withLock { table throws(StreamError) in
            if table.isStopped { throw .stopped }
            try table.limiter.enter(client)
            table.lastNumber += 1
            table.streams[table.lastNumber] = Held(stream: nil, client: client)
            return table.lastNumber
        }
    }

    private func admit(_ stream: EventStream) throws(StreamError) {
        try table.withLock { table throws(StreamError) in
            if table.isStopped { throw .stopped }
            table.streams[stream.number]?.stream = stream
        }
    }

    private func start(_ start: StreamRequest.Start, highest: UInt64) async throws(StreamError) -> UInt64 {
        switch start {
        case .last(let count) where count <= 0:
            return highest
        case .last(let count):
            let lowest = try await state().lowest
            return max(highest - min(UInt64(count), highest), min(lowest - 1, highest))
        case .after(let sequence):
            let newest = max(highest, sequence > highest ? try await state().head : 0)
            if sequence > newest { throw .ahead(of: newest, asked: sequence) }
            return sequence
        }
    }

    private func state() async throws(StreamError) -> JournalState {
        do throws(JournalError) {
            return try await journal.state()
        } catch {
            throw .journal(error)
        }
    }

    private func leave(_ number: UInt64) {
        let wasThere = table.withLock { table in
            guard let held = table.streams.removeValue(forKey: number) else { return false }
            table.limiter.leave(held.client)
            return true
        }
        if wasThere { source.recent.leave() }
    }

    /// May change at any time; streams there are stay, with the lag they were promised.
    public var limits: StreamLimits {
        get { table.withLock { $0.limiter.limits } }
        set { table.withLock { $0.limiter.limits = newValue } }
    }

    /// The streams that may still be given what is published, in the order they were made.
    public var list: [StreamStatus] {
        streams.map(\.status)
    }

    private var streams: [EventStream] {
        table.withLock { table in table.streams.sorted { $0.key < $1.key }.compactMap(\.value.stream) }
    }

    /// Ends a stream by its number, telling it; one that is not there is no error.
    public func remove(_ number: UInt64) {
        guard let stream = streams.first(where: { $0.number == number }) else { return }
        stream.end(.removed, after: source.recent.head)
        stream.finish()
    }

    /// Makes no more streams; those there are end after `head`, told why.
    public func stop(after head: UInt64) {
        table.withLock { $0.isStopped = true }
        for stream in streams { stream.end(.agentStopped, after: head) }
    }
}
