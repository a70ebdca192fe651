import EventModel
import VSphere

@testable import Collectors

/// A server's history and its one reading collector, without a wire: what a `HistoryReading` is driven against.
struct SimulatedServer {
    struct StoredEvent {
        var event: VSphereEvent
        var position: EventPosition
        var isVisible: Bool
        /// An answer that holds it cannot be decoded.
        var isPoison = false
    }

    /// How its collectors differ from good ones.
    enum Fault: CaseIterable {
        case none
        /// Gives the newest 1000 events of all that was asked for (and obeys the times asked for).
        case newestOnly
        /// As `newestOnly`, and ignores the times.
        case newestOnlyWithoutTimes
    }

    enum Answer {
        case events([VSphereEvent])
        case undecodable
    }

    var fault = Fault.none
    /// What one collector gives at most under `newestOnly`.
    var answerLimit = 1000
    private(set) var stored: [StoredEvent] = []
    /// Ordinal of `stored[0]`.
    private var first = 0
    private var reader: (begin: Timestamp?, end: Timestamp?, place: Int, isDead: Bool)?
    var openReaders: Int { reader == nil ? 0 : 1 }

    mutating func append(_ event: StoredEvent) {
        stored.append(event)
    }

    /// Retention: gives what went. A position whose event went gives nothing any more, for ever; were it moved on
    /// silently, nobody could tell.
    mutating func cut(_ count: Int) -> [StoredEvent] {
        let gone = Array(stored.prefix(count))
        stored.removeFirst(gone.count)
        first += gone.count
        if let reader, reader.place < first {
            self.reader?.place = first
            self.reader?.isDead = true
        }
        return gone
    }

    mutating func open(_ request: ReadingRequest) {
        var place = stored.firstIndex { $0.isWithin(request.begin, request.end) } ?? stored.count
        if fault == .newestOnly || fault == .newestOnlyWithoutTimes {
            let ignoresTimes = fault == .newestOnlyWithoutTimes
            let visible = stored.indices.filter {
                stored[$0].isVisible && (ignoresTimes || stored[$0].isWithin(request.begin, request.end))
            }
            place = visible.suffix(answerLimit).first ?? stored.count
        }
        let isWithoutTimes = fault == .newestOnlyWithoutTimes
        reader = (
            begin: isWithoutTimes ? nil : request.begin, end: isWithoutTimes ? nil : request.end, place: first + place,
            isDead: false
        )
    }

    mutating func close() {
        reader = nil
    }

    /// A block of `count` events from the place; the place moves past them, visible or not.
    mutating func readNext(_ count: Int) -> Answer {
        guard let reader, !reader.isDead else { return .events([]) }
        let block = stored.dropFirst(reader.place - first).prefix(count)
        self.reader?.place += block.count
        return answer(block, reader.begin, reader.end)
    }

    mutating func readLatest(_ count: Int) -> Answer {
        guard let reader else { return .events([]) }
        let visible = stored.indices.filter { stored[$0].isVisible && stored[$0].isWithin(reader.begin, reader.end) }
        let page = visible.suffix(count)
        self.reader?.place = first + (page.first ?? stored.count)
        self.reader?.isDead = false
        return answer(page.map { stored[$0] }[...], reader.begin, reader.end)
    }

    mutating func readPrevious(_ count: Int) -> Answer {
        guard let reader else { return .events([]) }
        let block = stored.prefix(max(0, reader.place - first)).suffix(count)
        self.reader?.place -= block.count
        return answer(block, reader.begin, reader.end)
    }

    func newest(since begin: Timestamp?) -> VSphereEvent? {
        stored.last { $0.isVisible && $0.isWithin(begin, nil) }.map {
            $0.isPoison ? VSphereEvent(className: "") : $0.event
        }
    }

    private func answer(_ block: ArraySlice<StoredEvent>, _ begin: Timestamp?, _ end: Timestamp?) -> Answer {
        let visible = block.filter { $0.isVisible && $0.isWithin(begin, end) }
        return visible.contains(where: \.isPoison) ? .undecodable : .events(visible.map(\.event))
    }
}

extension SimulatedServer.StoredEvent {
    fileprivate func isWithin(_ begin: Timestamp?, _ end: Timestamp?) -> Bool {
        (begin.map { position.time >= $0 } ?? true) && (end.map { position.time <= $0 } ?? true)
    }
}
