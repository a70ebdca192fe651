import EventModel

/// What was told of which container, and by whom: the pure part of `HostGuests`.
struct HappeningLedger: Sendable {
    private struct Entry {
        /// The report that was told.
        var happening: HostHappening
        /// Who told it.
        var teller: HostGuests.Side
        /// The other side's report of the same, once it came.
        var partner: HostHappening?

        /// The report of a side; nil when it made none yet.
        func report(of side: HostGuests.Side) -> HostHappening? {
            side == teller ? happening : partner
        }
    }

    private var entries: [ContainerKey: [Entry]] = [:]
    /// The keys of the entries in the order they were told; the oldest go first.
    private var order: [ContainerKey] = []
    private var firstInOrder = 0
    /// Recalled reports that had joined one of the other side, which has not said yet what it told.
    private var unplaced: [(happening: HostHappening, side: HostGuests.Side)] = []

    /// Notes a report. False when the other side told the same before.
    mutating func tell(_ happening: HostHappening, by side: HostGuests.Side) -> Bool {
        let known = entries[happening.key] ?? []
        if let own = known.first(where: { $0.report(of: side) == happening }) { return own.teller == side }
        if join(happening, to: side) { return false }
        append(Entry(happening: happening, teller: side))
        return true
    }

    /// Whether the other side told the same before; its report then is taken by this one.
    mutating func isTold(_ happening: HostHappening, to side: HostGuests.Side) -> Bool {
        let known = entries[happening.key] ?? []
        if let own = known.first(where: { $0.report(of: side) == happening }) { return own.teller != side }
        return join(happening, to: side)
    }

    /// Notes what a side told before a restart, and which reports of it had joined the other side's: those are found
    /// as soon as the other side has said what it told.
    mutating func recall(told: [HostHappening], joined: [HostHappening], by side: HostGuests.Side) {
        for happening in told { append(Entry(happening: happening, teller: side)) }
        unplaced += joined.map { ($0, side) }
        let waiting = unplaced
        unplaced = waiting.filter { !join($0.happening, to: $0.side) }
    }

    private mutating func append(_ entry: Entry) {
        entries[entry.happening.key, default: []].append(entry)
        order.append(entry.happening.key)
        if order.count - firstInOrder > HostGuests.maximumHappenings { forgetOldest() }
    }

    private mutating func join(_ happening: HostHappening, to side: HostGuests.Side) -> Bool {
        guard var known = entries[happening.key] else { return false }
        let fitting = known.indices.filter {
            known[$0].teller != side && known[$0].partner == nil && known[$0].happening.isSame(as: happening)
        }
        let nearest = fitting.min {
            known[$0].happening.apart(from: happening) < known[$1].happening.apart(from: happening)
        }
        guard let nearest else { return false }
        known[nearest].partner = happening
        entries[happening.key] = known
        return true
    }

    private mutating func forgetOldest() {
        let key = order[firstInOrder]
        firstInOrder += 1
        entries[key]?.removeFirst()
        if entries[key]?.isEmpty == true { entries[key] = nil }
        if firstInOrder > HostGuests.maximumHappenings {
            order.removeFirst(firstInOrder)
            firstInOrder = 0
        }
    }
}
