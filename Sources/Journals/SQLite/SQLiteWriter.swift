import AgentCore
import EventModel
import Platform

/// The only writer of a journal's file, on a thread of its own.
///
/// Group commit: a request is put into the inbox before its caller comes to the actor; whoever comes first stores all
/// that wait in one transaction, and the others find their outcome ready.
actor SQLiteWriter {
    private nonisolated let executor = ThreadExecutor(name: "journal-writer")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// What will come.
    nonisolated let ahead = RowsAhead()
    private nonisolated let inbox = Locked(CommitInbox())
    private nonisolated let positions: Locked<JournalPositions>
    private var policy: RetentionPolicy
    private let clock: AgentClock

    private var lock: FileLock?
    private var file: JournalFile?
    private var outcomes: [UInt64: Result<Commit, JournalError>] = [:]
    private var upkeep: Task<Void, Never>?

    /// Entries one transaction removes (or as many as it stores twice, if that is more): about 5 ms.
    static let slice = 2000

    /// Makes the thread; `open` comes next.
    init(positions: Locked<JournalPositions>, policy: RetentionPolicy, clock: AgentClock) {
        (self.positions, self.policy, self.clock) = (positions, policy, clock)
    }

    deinit {
        executor.stop()
    }

    /// Opens the file; gives the instance of the history in it.
    func open(_ configuration: SQLiteJournal.Configuration) throws(JournalError) -> String {
        try JournalPath.makeFolder(of: configuration.path)
        let lock = try FileLock(journal: configuration.path)
        try JournalPath.makeFile(configuration.path)
        let file = try JournalFile(configuration, ahead: ahead, now: clock.now())
        (self.lock, self.file) = (lock, file)
        positions.withLock { positions in
            (positions.holding, positions.cursors) = (file.holding, file.cursors)
            (positions.sources, positions.deadLetters) = (file.sources, file.deadLetters)
        }
        return file.instance
    }

    /// The last checkpoint committed for a collector.
    func checkpoint(of collector: String) throws(JournalError) -> Checkpoint? {
        try opened().checkpoints[collector]
    }

    // MARK: Commits

    /// Stores a request, with others if others wait.
    nonisolated func commit(_ request: CommitRequest) async throws(JournalError) -> Commit {
        let number = inbox.withLock { $0.add(request) }
        return try await outcome(of: number)
    }

    private func outcome(of number: UInt64) throws(JournalError) -> Commit {
        while true {
            if let outcome = outcomes.removeValue(forKey: number) { return try outcome.get() }
            settle()
        }
    }

    /// Stores the requests that wait. When they cannot be stored together, each is tried alone: one that fails harms no
    /// other.
    private func settle() {
        let group = inbox.withLock { $0.takeGroup() }
        do throws(JournalError) {
            try settle(group)
        } catch {
            for ticket in group {
                do throws(JournalError) {
                    if group.count == 1 { throw error }
                    try settle([ticket])
                } catch {
                    outcomes[ticket.number] = .failure(error)
                }
            }
        }
    }

    private func settle(_ group: [CommitInbox.Ticket]) throws(JournalError) {
        let file = try opened()
        let now = clock.now()
        let commits = try transaction { (retention, trim) throws(JournalError) in
            var commits: [Commit] = []
            for ticket in group {
                commits.append(try store(ticket.request, in: file, at: now, by: retention, trim: &trim))
            }
            return commits
        }
        for (ticket, commit) in zip(group, commits) { outcomes[ticket.number] = .success(commit) }
    }

    private func store(
        _ request: CommitRequest, in file: JournalFile, at now: Timestamp, by retention: Retention, trim: inout Trim
    ) throws(JournalError) -> Commit {
        let before = file.holding
        try file.append(request.events, of: request.collector, at: now)
        if let checkpoint = request.checkpoint {
            try file.store(checkpoint, of: request.collector, at: now)
        }
        let news = Int(file.holding.head - before.head)
        if news > 0 {
            try makeRoom(in: file, keepingAfter: before.head, by: retention, trim: &trim)
        }
        return Commit(
            sequences: news > 0 ? before.head + 1...file.holding.head : nil, repeated: request.events.count - news)
    }

    /// Lets go of older entries for those just stored, or throws `.full`. A batch larger than all bounds is possible
    /// when it is alone in the journal.
    private func makeRoom(
        in file: JournalFile, keepingAfter head: UInt64, by retention: Retention, trim: inout Trim
    ) throws(JournalError) {
        let holding = file.holding
        let kept = max(retention.ceiling(upTo: head), holding.trimmedThrough)
        if kept < head {
            let bytes = policy.bytes == nil ? 0 : try file.bytesHeld(after: kept)
            if retention.isExceeded(count: Int(holding.head - kept), bytes: bytes) { throw .full }
        }
        let slice = max(Self.slice, 2 * Int(holding.head - head))
        let (removed, isUnfinished) = try file.remove(through: kept, by: retention, atMost: slice)
        trim += retention.account(removing: removed)
        if isUnfinished { scheduleUpkeep() }
    }

    // MARK: Cursors

    /// As `Journal.attach`.
    func attach(_ sinks: [String]) throws(JournalError) {
        let file = try opened()
        let cursors = positions.withLock { $0.cursors }
        let new = sinks.filter { cursors[$0] == nil }
        let start = file.holding.trimmedThrough
        try transaction { (_, _) throws(JournalError) in
            for sink in new { try file.store(cursor: start, of: sink) }
        }
        positions.withLock { positions in
            for sink in new { positions.cursors[sink] = start }
            positions.attached = sinks
        }
    }

    /// Stores a cursor together with the entries refused on the way there.
    func acknowledge(through sequence: UInt64, refused: [DeadLetter], by sink: String) throws(JournalError) {
        let file = try opened()
        try transaction { (_, _) throws(JournalError) in
            try file.store(cursor: min(sequence, file.holding.head), of: sink)
            try file.store(refused, of: sink, at: clock.now())
        }
        let isFirst = positions.withLock { $0.acknowledge(through: sequence, by: sink) }
        if isFirst { scheduleUpkeep() }
    }

    // MARK: Upkeep

    /// Stores cursors and lets go of entries soon, unless that is arranged already.
    func scheduleUpkeep() {
        guard upkeep == nil, file != nil else { return }
        upkeep = Task {
            let hasSlept: ()? = try? await clock.sleep(JournalLimits.cursorDelay)
            upkeep = nil
            // Cut short by close, which stores the cursors itself.
            if hasSlept == nil { return }
            positions.withLock { $0.isUpkeepScheduled = false }
            // What the disk refuses now is stored with the next commit, acknowledgement or close.
            _ = try? await trim(dropping: false)
        }
    }

    /// Removes what the policy lets go, slice by slice, with commits in between.
    func trim(dropping: Bool = true) async throws(JournalError) -> Trim {
        var sum = Trim()
        while true {
            let file = try opened()
            let isUnfinished = try transaction { (retention, trim) throws(JournalError) in
                let ceiling = retention.ceiling(upTo: file.holding.head, dropping: dropping)
                let (removed, isUnfinished) = try file.remove(through: ceiling, by: retention, atMost: Self.slice)
                trim += retention.account(removing: removed)
                sum += trim
                return isUnfinished
            }
            if !isUnfinished { return sum }
            await Task.yield()
        }
    }

    /// As `Journal.setPolicy`.
    func setPolicy(_ policy: RetentionPolicy) async throws(JournalError) -> Trim {
        self.policy = policy
        return try await trim()
    }

    /// As `Journal.removeDeadLetters`.
    func removeDeadLetters(_ numbers: [UInt64]) throws(JournalError) {
        let file = try opened()
        try transaction { (_, _) throws(JournalError) in try file.removeDeadLetters(numbers) }
    }

    /// Stores what waits, and lets go of the file.
    func close() async throws(JournalError) {
        upkeep?.cancel()
        await upkeep?.value
        while inbox.withLock({ !$0.isEmpty }) { settle() }
        defer { (file, lock) = (nil, nil) }
        guard file != nil else { throw .closed }
        try transaction { (_, _) throws(JournalError) in }
    }

    // MARK: Transactions

    /// Runs `body` in a transaction that also stores the cursors that have moved, and makes its outcome known.
    private func transaction<Value>(
        _ body: (Retention, inout Trim) throws(JournalError) -> Value
    ) throws(JournalError) -> Value {
        let file = try opened()
        let (unsaved, cursors) = positions.withLock { ($0.unsaved, $0.holdingBack) }
        let retention = Retention(policy: policy, now: clock.now(), cursors: cursors)
        var trim = Trim()
        let value = try file.transaction { () throws(JournalError) in
            for (sink, sequence) in unsaved { try file.store(cursor: sequence, of: sink) }
            return try body(retention, &trim)
        }
        let (holding, sources) = (file.holding, file.sources)
        let (deadLetters, dropped) = (file.deadLetters, trim.dropped)
        positions.withLock { positions in
            (positions.holding, positions.sources, positions.deadLetters) = (holding, sources, deadLetters)
            positions.dropped += dropped
            positions.saved(unsaved)
        }
        return value
    }

    private func opened() throws(JournalError) -> JournalFile {
        guard let file else { throw .closed }
        return file
    }
}
