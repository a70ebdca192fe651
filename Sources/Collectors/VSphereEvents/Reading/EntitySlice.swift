import EventModel
import VSphere

/// What one round of a `FreshReading` has read for one entity.
struct EntitySlice: Sendable {
    /// The most a server gives for one collector, where it counts all answers.
    let answerLimit: Int
    /// The server is one whose answers follow each other to the newest event, which it tells.
    let isPatient: Bool
    /// The news read, each once, in the order of the answers.
    private(set) var events: [VSphereEvent] = []
    /// The newest visible event, unread; nil when nobody told.
    var newest: VSphereEvent?
    /// An answer could not be decoded: read anew.
    private(set) var mustRepeat = false
    /// The inclusive end of the older slice being read; nil: up to the newest event.
    private(set) var end: Timestamp?
    /// Something at or before the boundary came again: nothing is missing.
    private(set) var joins = false
    /// The answer did not reach back to the boundary, and no older slice brought what is missing.
    private(set) var isCut = false
    /// Not all that follows was read: the time of the newest event read.
    private(set) var cutAt: Timestamp?
    /// No more is to be read from this collector.
    private(set) var isAtEnd = false

    private var seen: Set<EventPosition> = []
    private var slices = 0
    private var answered = 0
    private var pagesWithNews = 0
    private var emptyReads = 0
    private var newsInSlice = 0
    private var newestInSlice: Timestamp?

    init(answerLimit: Int, isPatient: Bool) {
        (self.answerLimit, self.isPatient) = (answerLimit, isPatient)
    }

    mutating func opened() {
        slices += 1
        (answered, pagesWithNews, emptyReads, newsInSlice, isAtEnd) = (0, 0, 0, 0, false)
        newestInSlice = nil
    }

    /// Takes a page.
    mutating func add(_ page: [VSphereEvent], ledger: ReadingLedger, maximumEmptyReads: Int) {
        var news = 0
        var unseen = 0
        for event in page {
            guard let position = event.position else {
                events.append(event)
                continue
            }
            guard seen.insert(position).inserted else { continue }
            unseen += 1
            guard ledger.boundary.isNews(position) else {
                joins = true
                continue
            }
            events.append(event)
            newestInSlice = max(newestInSlice ?? position.time, position.time)
            news += 1
        }
        answered += page.count
        newsInSlice += news
        emptyReads = unseen == 0 ? emptyReads + 1 : 0
        if news > 0 { pagesWithNews += 1 }
        let isUnread = newest.map { $0.position.map { !seen.contains($0) } ?? true } ?? false
        if emptyReads > 0, !isUnread || emptyReads >= maximumEmptyReads {
            isAtEnd = true
        } else if pagesWithNews >= FreshReading.maximumForwardPages, isPatient || joins || answered >= 2 * answerLimit {
            // Elsewhere the answer may be the newest part of what was asked for: it is read as a whole.
            isAtEnd = true
            cutAt = newestInSlice
        }
    }

    /// An answer cannot be decoded. What came before it counts where answers follow each other; else all is read anew.
    mutating func breakOff() {
        guard isPatient, let newestInSlice else {
            mustRepeat = true
            return
        }
        cutAt = newestInSlice
    }

    /// Whether an older slice must be read: a full answer that did not reach back to the boundary. Moves its end there.
    mutating func continues(before boundary: ReadingBoundary) -> Bool {
        if slices == 1, let newest, let position = newest.position, cutAt == nil, seen.insert(position).inserted {
            // Visible, yet no page brought it.
            events.append(newest)
            isCut = true
        }
        guard !joins, answered >= answerLimit || slices > 1 else { return false }
        guard newsInSlice > 0, slices < FreshReading.maximumSlices,
            let oldest = events.lazy.compactMap(\.createdTime).min(), boundary.begin.map({ oldest > $0 }) ?? true
        else {
            isCut = isCut || boundary.begin != nil
            return false
        }
        end = oldest
        return true
    }
}
