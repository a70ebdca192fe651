public import AgentCore
import Platform
import Synchronization

/// The newest entries, shared by everybody who reads live: each reader keeps its own place and takes runs of entries
/// from here, or from the journal once it has fallen behind.
///
/// Who commits only appends and rings for those who sleep; how many read and how fast does not matter to it. While
/// nobody reads, nothing is held and the cost of a commit is a number. Holds at the most 4096 entries and 2 MiB of
/// bodies. State: a `RecentLog` and the sleepers, behind one lock held for moments.
public final class RecentEntries: Sendable {
    /// Somebody to ring for once the head passes a mark.
    private struct Sleeper {
        var id: ObjectIdentifier
        var mark: UInt64
        var ring: @Sendable () -> Void
    }

    private struct State {
        var log: RecentLog
        var readers = 0
        var sleepers: [Sleeper] = []
        /// The least mark of a sleeper.
        var nearest = UInt64.max

        mutating func woken() -> [@Sendable () -> Void] {
            guard log.head > nearest else { return [] }
            let head = log.head
            let woken = sleepers.filter { $0.mark < head }.map(\.ring)
            sleepers.removeAll { $0.mark < head }
            nearest = sleepers.map(\.mark).min() ?? .max
            return woken
        }
    }

    private let state: Locked<State>
    /// The head and whether anybody reads, told from the state for those who only look.
    private let newest = Atomic<UInt64>(0)
    private let isKept = Atomic(false)
    /// The last ticket given.
    private let tickets = Atomic<UInt64>(0)

    public init(limits: RecentLog.Limits = RecentLog.Limits()) {
        state = Locked(State(log: RecentLog(limits: limits)))
    }

    /// The newest entry a reader can have.
    public var head: UInt64 { newest.load(ordering: .acquiring) }

    /// The newest entry whose commit has returned. What a new reader does not want to see lies at or before it.
    public var highest: UInt64 { state.withLock { $0.log.highest } }

    /// Entries and bytes of bodies held.
    public var holding: (entries: Int, bytes: Int) { state.withLock { ($0.log.count, $0.log.bytes) } }

    /// Goes on from a journal that is already so long.
    public func open(at head: UInt64) {
        change { $0.log.open(at: head) }
    }

    /// One reader more; entries are held from the first on. Gives where the reader begins: `highest`.
    public func join() -> UInt64 {
        state.withLock { state in
            state.readers += 1
            if state.readers == 1 {
                state.log.keep(true)
                isKept.store(true, ordering: .releasing)
            }
            return state.log.highest
        }
    }

    /// One reader less.
    public func leave() {
        state.withLock { state in
            state.readers -= 1
            if state.readers == 0 {
                state.log.keep(false)
                isKept.store(false, ordering: .releasing)
            }
        }
    }

    /// Before a commit. Takes no lock: each publish passes here.
    public func begin() -> RecentLog.Ticket {
        RecentLog.Ticket(number: tickets.add(1, ordering: .acquiringAndReleasing).newValue)
    }

    /// After a commit that failed or brought nothing new.
    public func end(_ ticket: RecentLog.Ticket) {
        change { $0.log.end(ticket) }
    }

    /// After a commit of these events.
    public func end(_ ticket: RecentLog.Ticket, _ commit: Commit, of events: [EncodedEvent]) {
        guard let sequences = commit.sequences else { return end(ticket) }
        // Which of them were news is not told where some were repeats.
        guard isKept.load(ordering: .acquiring), commit.repeated == 0 else {
            return end(ticket, sequences: sequences, entries: nil)
        }
        if events.count == 1 {
            return change { $0.log.end(ticket, entry: Entry(sequences.lowerBound, events[0])) }
        }
        end(ticket, sequences: sequences, entries: Entry.all(events, from: sequences.lowerBound))
    }

    /// After a commit that brought these entries.
    public func end(_ ticket: RecentLog.Ticket, sequences: ClosedRange<UInt64>, entries: [Entry]?) {
        change { $0.log.end(ticket, sequences: sequences, entries: entries) }
    }

    @inline(__always)
    private func change(_ body: @Sendable (inout State) -> Void) {
        let woken = state.withLock { state in
            // A commit that gave earlier sequences had its ticket before: it is among these.
            state.log.begun(through: tickets.load(ordering: .acquiring))
            body(&state)
            newest.store(state.log.head, ordering: .releasing)
            return state.woken()
        }
        for ring in woken { ring() }
    }

    /// What comes after a sequence; `.behind` where the journal must be asked.
    public func take(after sequence: UInt64) -> RecentPage {
        switch state.withLock({ $0.log.take(after: sequence) }) {
        case .nothing: .nothing
        case .behind: .behind
        case .run(let entries, let skip): .entries(skip == 0 ? entries : Array(entries[skip...]))
        }
    }

    /// A page of what comes after a sequence, as the journal would give it; nil where the journal must be asked.
    public func page(after sequence: UInt64, limit: ReadLimit) -> Page? {
        state.withLock { $0.log.page(after: sequence, limit: limit) }
    }

    /// Rings once, when the head has passed `mark`, from the task that commits: `ring` must only pass it on. A second
    /// call of the same sleeper replaces the first. False, and nothing will ring, when the head is past it already.
    public func wake(_ sleeper: AnyObject, past mark: UInt64, _ ring: @escaping @Sendable () -> Void) -> Bool {
        let id = ObjectIdentifier(sleeper)
        return state.withLock { state in
            if let index = state.sleepers.firstIndex(where: { $0.id == id }) { state.sleepers.remove(at: index) }
            guard state.log.head <= mark else { return false }
            guard mark < .max else { return true }
            state.sleepers.append(Sleeper(id: id, mark: mark, ring: ring))
            state.nearest = min(state.nearest, mark)
            return true
        }
    }

    /// Nobody rings for this sleeper any more.
    public func forget(_ sleeper: AnyObject) {
        let id = ObjectIdentifier(sleeper)
        state.withLock { $0.sleepers.removeAll { $0.id == id } }
    }
}

/// What a reader finds here.
public enum RecentPage: Sendable {
    /// In order, right after the sequence asked for; never empty.
    case entries([Entry])
    /// No longer here: the journal has them.
    case behind
    case nothing
}

extension Entry {
    fileprivate init(_ sequence: UInt64, _ event: EncodedEvent) {
        self.init(sequence: sequence, type: event.type, severity: event.severity, body: event.body)
    }

    /// Events with the sequences from `first` on. Looked at where they lie: to copy one is to count a reference to each
    /// of its parts.
    fileprivate static func all(_ events: [EncodedEvent], from first: UInt64) -> [Entry] {
        var entries: [Entry] = []
        entries.reserveCapacity(events.count)
        let events = events.span
        for place in events.indices {
            entries.append(
                Entry(
                    sequence: first + UInt64(place), type: events[place].type, severity: events[place].severity,
                    body: events[place].body))
        }
        return entries
    }
}
