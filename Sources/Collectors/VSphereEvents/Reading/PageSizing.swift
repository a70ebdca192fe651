/// How many events a page is asked for: as many as configured, fewer around an answer that cannot be decoded.
///
/// After an undecodable answer the stretch is read anew in pages a tenth as large, until a page of one event fails
/// twice at the same place: that is the event nobody can decode, and it alone is given up.
struct PageSizing: Sendable, Equatable {
    let configured: Int
    private(set) var current: Int
    /// News to be read in small pages before the full size is tried again.
    private var careful = 0
    private var lastFailure: EventPosition??

    init(_ configured: Int) {
        self.configured = configured
        current = configured
    }

    /// What to do about an undecodable answer.
    enum Remedy: Equatable {
        case readAnew
        case giveUpOneEvent
    }

    mutating func undecodable(after last: EventPosition?) -> Remedy {
        if current > 1 {
            careful = current
            current = max(1, current / 10)
            return .readAnew
        }
        if lastFailure == .some(last) {
            restore()
            return .giveUpOneEvent
        }
        lastFailure = .some(last)
        return .readAnew
    }

    mutating func read(news: Int) {
        guard current < configured else { return }
        careful -= news
        if careful <= 0 { restore() }
    }

    private mutating func restore() {
        (current, careful, lastFailure) = (configured, 0, nil)
    }
}
