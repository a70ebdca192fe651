import AgentCore
import EventModel

/// A guest of a source: two sources may have guests of one id.
struct GuestKey: Sendable, Hashable {
    var source: String
    var kind: Guest.Kind
    var id: String

    init(source: String, kind: Guest.Kind, id: String) {
        (self.source, self.kind, self.id) = (source, kind, id)
    }

    /// Nil for an event about no guest.
    init?(_ event: Event) {
        guard let guest = event.guest else { return nil }
        self.init(source: event.source, kind: guest.kind, id: guest.id)
    }

    var subject: String { "\(kind.rawValue)/\(id)" }

    /// Its name in the API, 16 hexadecimal digits: the same wherever and whenever it is made.
    var name: String {
        // FNV-1a, which is the same in every process.
        let hash = "\(source)\u{0}\(subject)".utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) {
            ($0 ^ UInt64($1)) &* 0x100_0000_01B3
        }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

/// What is known of a guest now.
struct KnownGuest: Sendable, Hashable {
    /// The last event about it.
    struct Last: Sendable, Hashable {
        var sequence: UInt64
        var type: EventType
        var time: Timestamp
        var severity: Severity
    }

    var key: GuestKey
    var name: String?
    var host: String?
    var state = GuestWord.unknown
    /// When it came to that state.
    var since: Timestamp
    /// Its first event that was read.
    var firstSequence: UInt64
    var events = 0
    var last: Last
}

/// What is known of each guest, folded from the journal's entries in their order: a value, changed by nothing else.
///
/// Bounded: when there is no room the removed are forgotten, the longest silent first; with none of these a new guest
/// is not taken up, and the view is not complete any more.
struct GuestView: Sendable {
    /// Guests remembered: a few MiB at the most.
    static let usualLimit = 10_000

    /// By their names in the API.
    private(set) var guests: [String: KnownGuest] = [:]
    /// The last sequence folded, or known to be gone.
    private(set) var through: UInt64 = 0
    /// Whether some guest found no room.
    private(set) var isOverfull = false
    private(set) var limit: Int

    init(limit: Int = usualLimit) {
        self.limit = limit
    }

    /// Takes an entry. One that was taken before changes nothing; one that cannot be read tells of no guest.
    mutating func fold(_ entry: Entry) {
        guard entry.sequence > through else { return }
        through = entry.sequence
        guard let event = try? EventDecoder.decode(entry.body).event, let key = GuestKey(event) else { return }
        let name = key.name
        if guests[name] == nil { makeRoom() }
        guard guests[name] != nil || guests.count < limit else {
            isOverfull = true
            return
        }
        guests[name, default: Self.fresh(key, event, entry.sequence)].take(event, sequence: entry.sequence)
    }

    /// Another limit holds from now on. False where more is allowed than before and some guest had found no room: then
    /// only a view that begins anew is complete.
    mutating func change(limit: Int) -> Bool {
        let hasRoom = limit > self.limit
        self.limit = limit
        return !(isOverfull && hasRoom)
    }

    /// Entries through this sequence are gone.
    mutating func skip(through sequence: UInt64) {
        through = max(through, sequence)
    }

    private static func fresh(_ key: GuestKey, _ event: Event, _ sequence: UInt64) -> KnownGuest {
        KnownGuest(
            key: key, since: event.time, firstSequence: sequence,
            last: .init(sequence: sequence, type: event.type, time: event.time, severity: event.severity))
    }

    /// Forgets the older half of the removed, so that it is not done for each guest.
    private mutating func makeRoom() {
        guard guests.count >= limit else { return }
        let removed = guests.filter { $0.value.state == .removed }.sorted {
            $0.value.last.sequence < $1.value.last.sequence
        }
        for (name, _) in removed.prefix(removed.count / 2 + 1) { guests[name] = nil }
    }
}

extension KnownGuest {
    fileprivate mutating func take(_ event: Event, sequence: UInt64) {
        events += 1
        name = event.guest?.name ?? name
        host = event.guest?.host ?? host
        last = Last(sequence: sequence, type: event.type, time: event.time, severity: event.severity)
        guard let word = GuestWord(after: event.type).map({ state.followed(by: $0) }), word != state else { return }
        (state, since) = (word, event.time)
    }
}
