import VSphere

/// How many events a page is asked for: as many as configured, fewer around an answer that cannot be decoded.
///
/// After an undecodable answer the stretch is read anew in pages a tenth as large, until a page of one event fails
/// twice at the same place in the same way: that is the event nobody can decode, and it alone is given up. What the way
/// spoils fails differently each time.
struct PageSizing: Sendable, Equatable {
    /// Where an answer failed: behind which event, and how many given up since it.
    struct Place: Sendable, Hashable {
        var neighbour: EventPosition?
        var givenUp: Int
    }

    /// What to do about an undecodable answer.
    enum Remedy: Equatable {
        case readAnew
        case giveUp(Place)
    }

    /// Places remembered; a server has none.
    private static let maximumSuspects = 1000

    let configured: Int
    private(set) var current: Int
    /// News to be read in small pages before the full size is tried again.
    private var careful = 0
    /// How the answer failed at a place.
    private var suspects: [Place: String] = [:]
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
        if suspects[place] == reason {
            givenUp += 1
            return .giveUp(place)
        }
        if suspects.count >= Self.maximumSuspects { suspects = [:] }
        suspects[place] = reason
        return .readAnew
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
        if let newest { (neighbour, givenUp) = (newest, 0) }
        guard current < configured else { return }
        careful -= news
        if careful <= 0 { (current, careful) = (configured, 0) }
    }
}
