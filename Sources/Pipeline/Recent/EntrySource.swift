public import AgentCore

/// Where readers find entries: among the recent ones, or in the journal once they have fallen behind those.
public struct EntrySource: Sendable {
    /// What one read from the journal brings at the most.
    public static let page = ReadLimit(entries: 500, bytes: 1 << 20)

    public let recent: RecentEntries
    private let clock: AgentClock
    private let random: RandomSource
    private let read: @Sendable (UInt64, ReadLimit) async throws(JournalError) -> Page

    public init(recent: RecentEntries, journal: any Journal, clock: AgentClock, random: RandomSource) {
        (self.recent, self.clock, self.random) = (recent, clock, random)
        read = { (sequence, limit) async throws(JournalError) in
            try await journal.read(after: sequence, limit: limit)
        }
    }

    /// A page of the journal. A read that fails is tried again until it succeeds, the task is cancelled, or the journal
    /// is closed or unusable: then nil, and why.
    func page(after sequence: UInt64) async -> (page: Page?, reason: String?) {
        var attempt = 0
        while !Task.isCancelled {
            do throws(JournalError) {
                let page = try await read(sequence, Self.page)
                // A journal that neither has what was committed nor says that it is gone: the next moment it may.
                guard page.entries.isEmpty, page.lowest <= sequence + 1 else { return (page, nil) }
            } catch .closed {
                return (nil, nil)
            } catch .unusable(let reason) {
                return (nil, reason)
            } catch {}
            attempt += 1
            try? await clock.sleep(Backoff.delay(attempt: attempt, random: random))
        }
        return (nil, nil)
    }
}
