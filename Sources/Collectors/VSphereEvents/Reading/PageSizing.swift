import VSphere

/// How many events a page is asked for: as many as configured, fewer around an answer that cannot be decoded.
///
/// After an undecodable answer the stretch is read anew in pages a tenth as large, until a page of one event fails. It
/// is tried again, later each time: what the way spoils comes whole sooner or later, or fails in another way. Failing
/// `patience` times at the same place in the same way makes it the event nobody can decode, and it alone is given up.
struct PageSizing: Sendable, Equatable {
    /// Where an answer failed: behind which event, and how many given up since it.
    struct Place: Sendable, Hashable {
        var neighbour: EventPosition?
        var givenUp: Int
    }

    /// What to do about an undecodable answer.
    enum Remedy: Equatable {
        case readAnew
        /// Not at once: the way may be spoilt for a while.
        case tryLater
        case giveUp(Place)
    }

    private struct Suspicion: Equatable {
        var reason: String
        /// In a row in the same way, and in all.
        var alike = 0
        var failures = 0
    }

    /// So often an event must fail in the same way; with the runner's waits between, that takes minutes.
    static let patience = 8
    /// So often it may fail in any way: then it is not the way that spoils it.
    static let longestPatience = 40
    /// Places remembered; a server has none.
    private static let maximumSuspects = 1000

    let configured: Int
    private(set) var current: Int
    /// News to be read in small pages before the full size is tried again.
    private var careful = 0
    /// How the answer failed at a place, since one from there was sound.
    private var suspects: [Place: Suspicion] = [:]
    /// Content hashes of damaged events that were met.
    private var damages: Set<UInt64> = []
    /// The newest event of the last page of this collector, read before or not.
    private var neighbour: EventPosition?
    private var givenUp = 0

    init(_ configured: Int) {
        self.configured = configured
        current = configured
    }

    /// So many empty pages of the current size cross what `KeptReading.maximumEmptyReads` of the full size do.
    var maximumEmptyReads: Int { KeptReading.maximumEmptyReads * configured / current }

    /// A collector was made: its position is before all that it gives.
    mutating func opened() {
        (neighbour, givenUp) = (nil, 0)
    }

    mutating func undecodable(reason: String) -> Remedy {
        careful = max(careful, current)
        if current > 1 {
            current = max(1, current / 10)
            return .readAnew
        }
        let place = Place(neighbour: neighbour, givenUp: givenUp)
        if suspects[place] == nil, suspects.count >= Self.maximumSuspects { suspects = [:] }
        var suspicion = suspects[place] ?? Suspicion(reason: reason)
        suspicion.alike = suspicion.reason == reason ? suspicion.alike + 1 : 1
        suspicion.reason = reason
        suspicion.failures += 1
        suspects[place] = suspicion
        if suspicion.alike >= Self.patience || suspicion.failures >= Self.longestPatience {
            givenUp += 1
            return .giveUp(place)
        }
        return suspicion.failures == 1 ? .readAnew : .tryLater
    }

    /// Whether a page holds damage that was not met before: the way may have done it, and another reading bring the
    /// events whole.
    mutating func doubts(_ events: [VSphereEvent]) -> Bool {
        var isNew = false
        for event in events where event.damage != nil {
            if damages.count >= Self.maximumSuspects { damages = [] }
            let hash = VSphereEventTranslator.contentHash(of: event).short
            if damages.insert(hash).inserted { isNew = true }
        }
        return isNew
    }

    /// A page came whose newest event is `newest`, with so many that are news.
    mutating func read(newest: EventPosition?, news: Int) {
        if let newest {
            suspects[Place(neighbour: neighbour, givenUp: givenUp)] = nil
            (neighbour, givenUp) = (newest, 0)
        }
        guard current < configured else { return }
        careful -= news
        if careful <= 0 { (current, careful) = (configured, 0) }
    }
}
