public import EventModel

/// The ordered log of events, with everybody's positions. "Everything after N" is the only way to read it.
///
/// Promises: *Atomic* - a batch's events and its checkpoint are committed together or not at all; *Unique* - an event
/// whose source and id the journal holds already is not stored again; *Ordered* - sequences count from 1 without gaps,
/// are never reused, and every read gives them in order. When `commit` returns, its entries survive the end of the
/// process (and of the machine, where the journal is durable). Every call may be made from any task; blocking work
/// happens on threads of the journal.
public protocol Journal: Sendable {
    associatedtype Configuration: Configurable
    /// The word in `collectors.json`.
    static var kind: String { get }

    /// Opens the journal, making it where there is none. Throws what stands in the way: another version, another
    /// process.
    init(_ configuration: Configuration, policy: RetentionPolicy, clock: AgentClock) async throws(JournalError)

    /// Names this history: it changes only when history starts anew. 12 lower-case letters and digits.
    var instance: String { get }

    /// Stores the events that are news, and the checkpoint, in one transaction. Commits of several callers may share
    /// one.
    ///
    /// Throws `.full` without storing anything when retention may not make room.
    func commit(_ events: [EncodedEvent], checkpoint: Checkpoint?, of collector: String) async throws(JournalError)
        -> Commit

    /// Says that these events will be committed soon, as this array, so that a journal may prepare for it while it
    /// commits what comes before. Nothing is promised by either side.
    func expect(_ events: [EncodedEvent])

    /// The last checkpoint committed for a collector; nil when there is none.
    func checkpoint(of collector: String) async throws(JournalError) -> Checkpoint?

    /// The CloudEvents sources of all that was ever committed for a collector in this history, repeats included; empty
    /// for one that committed no event. At most 10,000: of more it cannot be told whose they are.
    func sources(of collector: String) async throws(JournalError) -> Set<String>

    /// Entries after `sequence`, in order, as many as the limit allows (one at least, when there is one).
    func read(after sequence: UInt64, limit: ReadLimit) async throws(JournalError) -> Page

    /// The cursors of these sinks hold back retention from now on; a sink that is new here starts before the oldest
    /// entry held. Cursors of other sinks are kept, but hold nothing back.
    func attach(sinks: [String]) async throws(JournalError)

    /// How far a sink has come; nil for a sink never attached.
    func cursor(of sink: String) async throws(JournalError) -> UInt64?

    /// Moves a sink's cursor forward (never back) and keeps the entries its destination refused as dead letters, in one
    /// transaction. May be stored with the next commit, at the latest after `cursorDelay`: a crash repeats, never
    /// loses.
    func acknowledge(through sequence: UInt64, refused: [DeadLetter], by sink: String) async throws(JournalError)

    /// Removes what the retention policy lets go. Journals also do it by themselves when a commit needs the room.
    func trim() async throws(JournalError) -> Trim

    /// Another policy holds from now on; what it does not keep goes as with `trim`. Sequences go on.
    func setPolicy(_ policy: RetentionPolicy) async throws(JournalError) -> Trim

    /// Dead letters in the order they were kept, after the one of that number, `limit` at the most.
    func deadLetters(after number: UInt64, limit: Int) async throws(JournalError) -> [KeptDeadLetter]

    /// Forgets dead letters that were dealt with. Numbers nobody has are left out.
    func removeDeadLetters(_ numbers: [UInt64]) async throws(JournalError)

    func state() async throws(JournalError) -> JournalState

    /// Stores what is pending, and closes. Nothing may be called after it.
    func close() async throws(JournalError)
}

extension Journal {
    /// Prepares nothing.
    public func expect(_ events: [EncodedEvent]) {}
}

/// An event ready to be stored: what journals index, and its JSON.
public struct EncodedEvent: Sendable, Hashable {
    public var source: String
    public var id: String
    public var type: EventType
    public var severity: Severity
    /// CloudEvents JSON without `sequence` and `journal`, as `EventEncoder.encode` makes it.
    /// Events encoded together share the memory.
    public var body: ArraySlice<UInt8>

    public init(_ event: Event) {
        self.init(event, body: EventEncoder.encode(event)[...])
    }

    public init(source: String, id: String, type: EventType, severity: Severity, body: ArraySlice<UInt8>) {
        (self.source, self.id, self.type, self.severity, self.body) = (source, id, type, severity, body)
    }

    private init(_ event: Event, body: ArraySlice<UInt8>) {
        self.init(source: event.source, id: event.id, type: event.type, severity: event.severity, body: body)
    }

    /// Encodes events one after another into pieces of memory that many of them share.
    public static func encode(_ events: [Event]) -> [EncodedEvent] {
        var encoder = EventEncoder()
        var encoded: [EncodedEvent] = []
        encoded.reserveCapacity(events.count)
        // Looked at where they lie: a copy of an event would cost as much as to encode a part of it.
        let events = events.span
        var ends: [Int] = []
        while encoded.count < events.count {
            let piece = encodePiece(of: events.extracting(encoded.count...), by: &encoder, ends: &ends)
            var start = 0
            for end in ends {
                encoded.append(EncodedEvent(events[encoded.count], body: piece[start..<end]))
                start = end
            }
        }
        return encoded
    }

    /// The first of some events, as many as one piece of memory shall hold, and where each of them ends in it.
    private static func encodePiece(
        of events: Span<Event>, by encoder: inout EventEncoder, ends: inout [Int]
    ) -> [UInt8] {
        var bytes: [UInt8] = []
        var room = 0
        for place in events.indices {
            let next = events[place].data.bytes.count + EventEncoder.attributeBytes
            if place > 0, room + next > pieceBytes { break }
            room += next
        }
        bytes.reserveCapacity(room)
        ends.removeAll(keepingCapacity: true)
        for place in events.indices {
            // What might not fit any more begins the next piece: to grow would be to take twice the memory.
            let next = events[place].data.bytes.count + EventEncoder.attributeBytes
            if place > 0, bytes.count + next > bytes.capacity { break }
            encoder.append(events[place], to: &bytes)
            ends.append(bytes.count)
        }
        return bytes
    }

    /// Large enough to be few, small enough that the last entry of one does not hold much.
    private static let pieceBytes = 128 << 10
}

/// An event with its place in the journal.
public struct Entry: Sendable, Hashable {
    /// From 1, without gaps, never reused.
    public var sequence: UInt64
    public var type: EventType
    public var severity: Severity
    /// CloudEvents JSON without `sequence` and `journal`; see `EventEncoder.append`. Entries read together may share
    /// the memory.
    public var body: ArraySlice<UInt8>

    public init(sequence: UInt64, type: EventType, severity: Severity, body: ArraySlice<UInt8>) {
        (self.sequence, self.type, self.severity, self.body) = (sequence, type, severity, body)
    }
}

/// What a commit did.
public struct Commit: Sendable, Hashable {
    /// The sequences of the events that were news; nil when none was.
    public var sequences: ClosedRange<UInt64>?
    /// Events the journal held already.
    public var repeated: Int

    public init(sequences: ClosedRange<UInt64>?, repeated: Int) {
        (self.sequences, self.repeated) = (sequences, repeated)
    }
}

/// How much one read may bring.
public struct ReadLimit: Sendable, Hashable {
    public var entries: Int
    /// Of bodies; one entry is read even when it alone is larger.
    public var bytes: Int

    public init(entries: Int = 1000, bytes: Int = 4 << 20) {
        (self.entries, self.bytes) = (entries, bytes)
    }
}

/// Entries in sequence order, and the range held at the moment of the read.
public struct Page: Sendable, Hashable {
    public var entries: [Entry]
    /// The oldest sequence held; `head + 1` when the journal holds none. Asked for entries after N, a `lowest` above N
    /// + 1 says that entries between were dropped.
    public var lowest: UInt64
    /// The newest sequence ever given; 0 before the first.
    public var head: UInt64

    public init(entries: [Entry], lowest: UInt64, head: UInt64) {
        (self.entries, self.lowest, self.head) = (entries, lowest, head)
    }
}

/// An entry that a sink's destination refused for good.
public struct DeadLetter: Sendable, Hashable {
    public var sequence: UInt64
    public var reason: String

    public init(sequence: UInt64, reason: String) {
        (self.sequence, self.reason) = (sequence, reason)
    }
}

/// A dead letter as the journal keeps it: with its body, so that it outlives its entry.
public struct KeptDeadLetter: Sendable, Hashable {
    /// Its place among the dead letters: rising, never reused.
    public var number: UInt64
    public var sink: String
    public var letter: DeadLetter
    public var storedAt: Timestamp
    /// The entry's JSON; nil when the journal did not hold it any more when it was refused.
    public var body: ArraySlice<UInt8>?

    public init(number: UInt64, sink: String, letter: DeadLetter, storedAt: Timestamp, body: ArraySlice<UInt8>?) {
        (self.number, self.sink, self.letter) = (number, sink, letter)
        (self.storedAt, self.body) = (storedAt, body)
    }
}

/// What a trim removed.
public struct Trim: Sendable, Hashable {
    /// Entries that every attached sink had acknowledged.
    public var removed: Int
    /// Entries that some attached sink had not: only under `whenFull: dropOldest`.
    public var dropped: Int

    public init(removed: Int = 0, dropped: Int = 0) {
        (self.removed, self.dropped) = (removed, dropped)
    }
}

/// A journal at a glance.
public struct JournalState: Sendable, Hashable {
    public var lowest: UInt64
    public var head: UInt64
    /// Entries held.
    public var count: Int
    /// Bytes of bodies held.
    public var bytes: Int
    /// Since this journal was opened: entries removed before some attached sink had acknowledged them.
    public var dropped: Int
    public var cursors: [String: UInt64]
    public var deadLetters: Int

    public init(
        lowest: UInt64, head: UInt64, count: Int, bytes: Int, dropped: Int, cursors: [String: UInt64], deadLetters: Int
    ) {
        (self.lowest, self.head, self.count, self.bytes) = (lowest, head, count, bytes)
        (self.dropped, self.cursors, self.deadLetters) = (dropped, cursors, deadLetters)
    }
}

/// What a journal may forget, and what it does when it may not.
public struct RetentionPolicy: Sendable, Hashable {
    public enum WhenFull: String, Sendable, Hashable, CaseIterable {
        /// `commit` throws `.full`; the collectors wait until a sink has acknowledged.
        case block
        /// The oldest entries go, acknowledged or not; counted, and seen by readers as a gap.
        case dropOldest
    }

    /// Entries stored longer ago go.
    public var age: Duration?
    /// Most entries held.
    public var count: Int?
    /// Most bytes of bodies held.
    public var bytes: Int?
    public var whenFull: WhenFull

    public init(age: Duration? = nil, count: Int? = nil, bytes: Int? = nil, whenFull: WhenFull = .block) {
        (self.age, self.count, self.bytes, self.whenFull) = (age, count, bytes, whenFull)
    }
}

/// Why a journal could not do what it was asked.
public enum JournalError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Retention may not make room: some sink has not acknowledged the oldest entries yet. Wait and try again.
    case full
    /// The disk refused (full, read-only, failing): nothing was stored. Worth another try.
    case unwritable(String)
    /// Cannot be opened or read as it is: another version, damaged, in use by another process. A person must act.
    case unusable(String)
    /// Called after `close`.
    case closed
    /// Recording is turned off: said by whoever holds commits back, never by a journal. Wait until it is on.
    case notTracking

    public var description: String {
        switch self {
        case .full: "the journal is full: a sink has not yet acknowledged its oldest entries"
        case .unwritable(let reason), .unusable(let reason): reason
        case .closed: "the journal is closed"
        case .notTracking: "event tracking is off: nothing is recorded until it is turned on"
        }
    }
}
