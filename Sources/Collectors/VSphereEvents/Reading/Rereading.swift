import EventModel
import VSphere

/// What a collector that was made anew must give before its news are believed: all that was read of the stretch it
/// begins with, each event once.
///
/// An answer may belong to another call. Its events are sound, and the server's position has moved past those of the
/// right one: they would never come. But they do not fit in here.
struct Rereading: Sendable {
    /// Where the collector begins.
    private let begin: Timestamp?
    /// What was read before and did not come again yet.
    private var missing: Set<EventPosition>
    /// What this collector gave.
    private var seen: Set<EventPosition> = []

    /// - Parameter stretch: what must come again; empty when it need not.
    init(begin: Timestamp?, stretch: [EventPosition]) {
        (self.begin, missing) = (begin, Set(stretch))
    }

    /// Whether a page cannot be what this collector gives next: it repeats, lies before the beginning, or holds events
    /// after `last` though some up to there are missing.
    func isOutOfStep(_ page: [VSphereEvent], after last: EventPosition?) -> Bool {
        let page = page.compactMap(\.position)
        if page.contains(where: { seen.contains($0) }) { return true }
        if let begin, page.contains(where: { $0.time < begin }) { return true }
        guard !missing.isEmpty, let last, page.contains(where: { last < $0 }) else { return false }
        return !missing.subtracting(page).isEmpty
    }

    /// Takes a page, fitting or not.
    mutating func took(_ page: [VSphereEvent]) {
        let page = page.compactMap(\.position)
        seen.formUnion(page)
        missing.subtract(page)
    }
}
