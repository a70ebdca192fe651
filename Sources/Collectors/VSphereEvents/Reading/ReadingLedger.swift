import EventModel
package import VSphere

/// Decides for each event read whether it is news, and where history does not join: the bookkeeping of both readings.
package struct ReadingLedger: Sendable {
    package private(set) var boundary: ReadingBoundary
    /// History is being read anew from the boundary: what was read comes again.
    private(set) var isRereading = false
    /// No event at or before the boundary came again yet, as it must before newer ones do.
    private var mustJoin = false

    package init(boundary: ReadingBoundary) {
        self.boundary = boundary
    }

    /// History will now come from `boundary.begin` on.
    ///
    /// - Parameter expectsStretch: the filter is the one the stretch was read with.
    mutating func beginAnew(expectsStretch: Bool) {
        isRereading = true
        boundary.expectRepeats(true)
        mustJoin = expectsStretch && !boundary.stretch.isEmpty
    }

    /// Whether the event was not read before.
    func isUnread(_ event: VSphereEvent) -> Bool {
        guard let position = event.position else { return false }
        return boundary.isNews(position)
    }

    /// Whether a page that should follow what was read brings some of it again: it is not the answer to this read.
    func isOutOfStep(_ events: [VSphereEvent]) -> Bool {
        guard !isRereading, let last = boundary.last else { return false }
        return events.contains { event in
            event.position.map { $0 <= last && !$0.isNewerByKey(than: last) } ?? false
        }
    }

    /// The oldest event of a page that was not read before.
    func firstUnread(in events: [VSphereEvent]) -> EventPosition? {
        events.lazy.compactMap(\.position).filter { boundary.isNews($0) }.min()
    }

    /// Takes the events of a page, in any order, and gives the news among them in the order of history.
    ///
    /// A gap is told where newer events come though the boundary did not; `joins`, where the caller knows, says
    /// whether.
    mutating func admit(_ events: [VSphereEvent], joins: Bool? = nil, reason: String) -> [Finding] {
        if let joins { mustJoin = !joins && boundary.begin != nil }
        var findings: [Finding] = []
        findings.reserveCapacity(events.count)
        let places = PageOrder.places(of: events, after: boundary.last)
        for place in places {
            let event = events[place.index]
            guard place.isSound else {
                let hash = VSphereEventTranslator.contentHash(of: event).short
                if boundary.recordDamaged(hash) { findings.append(.event(event, time: place.position.time)) }
                continue
            }
            guard isNews(place.position) else { continue }
            if let gap = gap(before: place.position, reason: reason) { findings.append(.gap(gap)) }
            boundary.record(place.position)
            findings.append(.event(event, time: place.position.time))
        }
        return findings
    }

    /// Gives up one event: it stands in the findings with nothing but the reason and the place, which name it.
    mutating func giveUp(at place: PageSizing.Place, reason: String) -> [Finding] {
        var event = VSphereEvent(className: "")
        event.damage = reason
        var writer = JSONWriter()
        writer.beginObject()
        writer.name("guestwatch.place")
        writer.integer(place.givenUp)
        if let neighbour = place.neighbour {
            writer.name("guestwatch.after")
            writer.beginObject()
            neighbour.write(to: &writer)
            writer.endObject()
        }
        writer.endObject()
        event.fields = JSONText(trusted: writer.bytes[...])
        let hash = VSphereEventTranslator.contentHash(of: event).short
        let time = (place.neighbour ?? boundary.last)?.time ?? boundary.begin ?? Timestamp(nanoseconds: 0)
        return boundary.recordDamaged(hash) ? [.event(event, time: time)] : []
    }

    private mutating func isNews(_ position: EventPosition) -> Bool {
        if boundary.remembers(position) {
            mustJoin = false
            return false
        }
        guard isRereading else { return true }
        if boundary.isNews(position) {
            if let last = boundary.last, last < position, !mustJoin { endRereading() }
            return true
        }
        mustJoin = false
        return false
    }

    private mutating func endRereading() {
        isRereading = false
        boundary.expectRepeats(false)
    }

    private mutating func gap(before position: EventPosition, reason: String) -> HistoryGap? {
        guard mustJoin, boundary.last.map({ $0 < position }) ?? true,
            let fromTime = boundary.last?.time ?? boundary.begin
        else { return nil }
        mustJoin = false
        endRereading()
        return HistoryGap(from: boundary.last, fromTime: fromTime, to: position, reason: reason)
    }
}

extension VSphereEvent {
    /// Where it stands in history; nil for an event without key or time.
    package var position: EventPosition? {
        guard let createdTime, let key else { return nil }
        return EventPosition(time: createdTime, key: key)
    }
}
