import AgentCore
public import EventModel
import Platform

extension EventManager {
    /// The most entries one call looks at.
    public static let redeliveryLimit = 10_000
    /// What is brought from the journal at once for it.
    private static let redeliveryPage = ReadLimit(entries: 500, bytes: 1 << 20)

    /// Delivers entries once more, in their order, between the sink's other deliveries, each page in one attempt: those
    /// its filter wants from a sequence on, up to its cursor, which does not move. `since`: only what happened then or
    /// later. At most `count` entries are looked at; the answer says where to go on.
    public func redeliver(
        entriesFrom first: UInt64?, since: Timestamp? = nil, count: Int = redeliveryLimit, to sink: String
    ) async throws(DeliveryCommandError) -> EntryRedelivery {
        var options: [JSONValue.Member] = []
        if let first { options.append(.init("from", .number("\(first)"))) }
        if let since { options.append(.init("since", .string(since.rfc3339))) }
        return try await command("redeliver", sink, options) { () async throws(DeliveryCommandError) in
            let runner = try redeliverer(of: sink)
            let lowest = try await journalCall { journal throws(JournalError) in try await journal.state().lowest }
            if let first, first < lowest { throw .letGo(first, lowest: lowest) }
            return try await redeliver(
                from: first ?? lowest, since: since, count: min(max(1, count), Self.redeliveryLimit), by: runner)
        }
    }

    private func redeliver(
        from first: UInt64, since: Timestamp?, count: Int, by runner: SinkRunner
    ) async throws(DeliveryCommandError) -> EntryRedelivery {
        var (answer, rest) = (EntryRedelivery(next: first), count)
        while let next = answer.next, answer.failure == nil, rest > 0 {
            let cursor = runner.progress.withLock(\.cursor)
            guard next <= cursor else {
                answer.next = nil
                break
            }
            let limit = ReadLimit(entries: min(rest, Self.redeliveryPage.entries), bytes: Self.redeliveryPage.bytes)
            let page = try await journalCall { journal throws(JournalError) in
                try await journal.read(after: next - 1, limit: limit)
            }
            if page.lowest > next { throw .letGo(next, lowest: page.lowest) }
            guard let last = page.entries.last?.sequence else {
                answer.next = nil
                break
            }
            rest -= page.entries.count
            let wanted = page.entries.filter { entry in
                entry.sequence <= cursor && runner.named.filter.matches(entry)
                    && since.map { since in entry.time.map { $0 >= since } ?? true } ?? true
            }
            if !wanted.isEmpty { await redeliver(wanted, by: runner, noting: &answer) }
            if answer.failure == nil { answer.next = last >= cursor ? nil : last + 1 }
        }
        return answer
    }

    private func redeliver(_ entries: [Entry], by runner: SinkRunner, noting answer: inout EntryRedelivery) async {
        let now = context.clock.now()
        let letters = entries.map {
            KeptDeadLetter(
                number: $0.sequence, sink: runner.named.name, letter: DeadLetter(sequence: $0.sequence, reason: ""),
                storedAt: now, body: $0.body)
        }
        let result = await runner.redeliver(letters, areEntries: true)
        answer.delivered += result.delivered.count
        answer.refused.merge(result.refused) { _, new in new }
        answer.failure = result.failure
        guard result.failure != nil else { return }
        let done = Set(result.delivered).union(result.refused.keys)
        answer.next = entries.first { !done.contains($0.sequence) }?.sequence
    }

    /// A sink that may be given something again now.
    func redeliverer(of sink: String) throws(DeliveryCommandError) -> SinkRunner {
        let runner = try runner(of: sink)
        guard runner.named.traits.takesOlderEntries else { throw .keepsOrder(sink, kind: runner.named.kind) }
        guard !runner.progress.withLock({ $0.isSuspended }) else { throw .suspended(sink) }
        return runner
    }
}

/// What became of entries that were delivered once more.
public struct EntryRedelivery: Sendable, Hashable {
    /// How many were taken.
    public var delivered = 0
    /// Refused, with the reason, by sequence. They are no dead letters by it.
    public var refused: [UInt64: String] = [:]
    /// Why the rest was not tried or did not get through; nil when there is none.
    public var failure: String?
    /// Where to go on; nil when everything up to the cursor was looked at.
    public var next: UInt64?

    init(next: UInt64?) {
        self.next = next
    }
}
