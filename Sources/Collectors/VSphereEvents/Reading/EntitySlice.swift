import EventModel
import VSphere

/// What one round of a `FreshReading` has read for one entity.
struct EntitySlice: Sendable {
    /// The news read, each once, in the order of the answers.
    private(set) var events: [VSphereEvent] = []
    /// The newest visible event, unread; nil when nobody told.
    var newest: VSphereEvent?
    /// An answer could not be decoded: read anew.
    var mustRepeat = false
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

    mutating func opened() {
        slices += 1
        (answered, pagesWithNews, emptyReads, newsInSlice, isAtEnd) = (0, 0, 0, 0, false)
        newestInSlice = nil
    }

    /// Takes a page. Returns how many of its events are news.
    mutating func add(_ page: [VSphereEvent], ledger: ReadingLedger) -> Int {
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
        let isPatient = newest?.position.map { !seen.contains($0) } ?? false
        if emptyReads > 0, !isPatient || emptyReads >= KeptReading.maximumEmptyReads {
            isAtEnd = true
        } else if pagesWithNews >= FreshReading.maximumForwardPages {
            isAtEnd = true
            cutAt = newestInSlice
        }
        return news
    }

    /// Whether an older slice must be read: a full answer that did not reach back to the boundary. Moves its end there.
    mutating func continues(before boundary: ReadingBoundary) -> Bool {
        if slices == 1, let newest, let position = newest.position, cutAt == nil, seen.insert(position).inserted {
            // Visible, yet no page brought it.
            events.append(newest)
            isCut = true
        }
        guard !joins, answered >= FreshReading.answerLimit || slices > 1 else { return false }
        guard newsInSlice > 0, slices < FreshReading.maximumSlices,
            let oldest = events.lazy.compactMap(\.createdTime).min(), boundary.begin.map({ oldest > $0 }) ?? true
        else {
            isCut = isCut || boundary.last != nil
            return false
        }
        end = oldest
        return true
    }
}
