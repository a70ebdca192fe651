import EventModel
import VSphere

/// The order of history within a page: servers send newest first, oldest first, or mixed.
enum PageOrder {
    /// One event of a page and where it belongs.
    struct Place {
        var index: Int
        var position: EventPosition
        /// Whether the position is the event's own; a damaged one stands behind its neighbour on the page.
        var isSound: Bool
    }

    /// The events of a page in the order of history.
    ///
    /// - Parameter last: the neighbour of damaged events before which no sound one stands on the page.
    static func places(of events: [VSphereEvent], after last: EventPosition?) -> [Place] {
        var places: [Place] = []
        places.reserveCapacity(events.count)
        var neighbour =
            events.lazy.compactMap(\.position).first ?? last ?? EventPosition(time: .init(nanoseconds: 0), key: 0)
        var isSorted = true
        for (index, event) in events.enumerated() {
            let position = event.position
            if let position {
                if position < neighbour { isSorted = false }
                neighbour = position
            }
            places.append(Place(index: index, position: neighbour, isSound: position != nil))
        }
        if !isSorted {
            places.sort { left, right in
                left.position == right.position ? left.isSound && !right.isSound : left.position < right.position
            }
        }
        return places
    }
}
