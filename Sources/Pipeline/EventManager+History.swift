public import AgentCore
import EventModel
import Logging

extension EventManager {
    /// Most entries one call gives.
    public static let historyLimit = 10_000
    /// Most bytes of bodies one call gives; one entry is given even when it alone is larger.
    public static let historyBytes = 16 << 20

    /// `count` entries from a sequence on, or as many as there are, up to the limits above; nil: from the oldest held.
    ///
    /// A sequence that the journal does not hold - let go, or not yet given - gives no entries, but what is held: the
    /// reader decides where to go on, and is never moved on silently.
    public func entries(from sequence: UInt64?, count: Int) async throws(JournalError) -> History {
        let state = try await context.journal.state()
        return try await window(from: sequence ?? state.lowest, count: count, in: state)
    }

    /// The newest entries, `count` or as many as the journal holds.
    public func lastEntries(_ count: Int) async throws(JournalError) -> History {
        let state = try await context.journal.state()
        let wanted = min(UInt64(clamping: count), UInt64(Self.historyLimit), state.head)
        return try await window(from: max(state.head - wanted + 1, state.lowest), count: Int(wanted), in: state)
    }

    private func window(from first: UInt64, count: Int, in state: JournalState) async throws(JournalError) -> History {
        var history = History(
            entries: [], held: state.lowest <= state.head ? state.lowest...state.head : nil, newest: state.head,
            journal: context.journal.instance)
        guard first > 0, first >= state.lowest, first <= state.head else { return history }
        var (rest, bytes) = (min(count, Self.historyLimit), Self.historyBytes)
        var next = first
        while rest > 0, bytes > 0 || history.entries.isEmpty {
            let page = try await context.journal.read(
                after: next - 1, limit: ReadLimit(entries: rest, bytes: min(bytes, ReadLimit().bytes)))
            // What was let go since the range was told leaves no hole in the middle: the window ends before it.
            guard let last = page.entries.last, page.entries.first?.sequence == next else { break }
            history.entries += page.entries
            rest -= page.entries.count
            bytes -= page.entries.reduce(0) { $0 + $1.body.count }
            next = last.sequence + 1
        }
        return history
    }

    /// Another retention policy holds from now on. Sequences go on, whatever is let go.
    public func setRetention(_ policy: RetentionPolicy) async throws(JournalError) -> Trim {
        guard phase == .running else { return try await retain(policy) }
        var options: [JSONValue.Member] = [.init("whenFull", .string(policy.whenFull.rawValue))]
        if let age = policy.age { options.append(.init("age", .string("\(age)"))) }
        if let count = policy.count { options.append(.init("count", .number("\(count)"))) }
        if let bytes = policy.bytes { options.append(.init("bytes", .number("\(bytes)"))) }
        return try await context.announceCommand("set-retention", options) { () async throws(JournalError) in
            try await retain(policy)
        }
    }

    private func retain(_ policy: RetentionPolicy) async throws(JournalError) -> Trim {
        let trim = try await context.journal.setPolicy(policy)
        context.room.advance()
        retentionAge = policy.age
        if phase == .running { restartTrimming() }
        return trim
    }

    /// Whether events are recorded.
    public nonisolated var isTracking: Bool { context.tracking.isOn }

    /// Turns recording off or on, any number of times. While it is off no sequence is given: collectors are held with
    /// the batch they have, so that nothing that happens meanwhile is lost as long as its source remembers it, and the
    /// agent's own events are in its log only. Producers and clients that inject are answered `.notTracking` at once;
    /// what producers had accepted before is kept and committed later. History, streams and subscribers stay as they
    /// are, and sinks deliver what is committed.
    public func setTracking(_ isOn: Bool) {
        guard context.tracking.set(isOn) != isOn else { return }
        if isOn { context.room.advance() } else { for producer in producers { producer.trackingEnded() } }
        context.log.notice(isOn ? "events are recorded again" : "events are not recorded: collectors are held")
    }
}
