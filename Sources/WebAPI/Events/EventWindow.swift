import AgentCore
import EventModel
import HTTPTypes
import Pipeline

/// Entries that a query wants, found by reading the journal forward or back, within bounds.
struct EventWindow: Sendable {
    /// Entries looked at in one call.
    static let scanLimit = 50_000
    /// Bytes of bodies in one answer; one event is given even when it alone is larger.
    static let answerBytes = 4 << 20
    /// Entries brought at once: so many are in memory for it.
    private static let pageEntries = 500

    /// In sequence order.
    private(set) var entries: [Entry] = []
    /// The oldest sequence held; nil when none is.
    private(set) var lowest: UInt64?
    private(set) var highest: UInt64 = 0
    /// Where to go on; nil when everything through `highest` was looked at.
    private(set) var next: UInt64?
    private var scanned = 0
    private var bytes = 0

    /// From a sequence on, or from the oldest held.
    static func forward(
        _ query: EventQuery, from first: UInt64?, count: Int, of events: EventManager
    ) async throws(Problem) -> EventWindow {
        var window = EventWindow()
        var next = first
        while true {
            let wanted = query.isEmpty ? min(count - window.entries.count, pageEntries) : pageEntries
            let history = try await page(from: next, count: wanted, of: events)
            (window.lowest, window.highest) = (history.held?.lowerBound, history.newest)
            if let next, next <= history.newest, next < history.held?.lowerBound ?? .max {
                throw .gone(next, history)
            }
            let page = history.entries
            var place = page.startIndex
            while place < page.endIndex, window.hasRoom(for: page[place], of: count) {
                window.take(page[place], if: query)
                place += 1
            }
            next = place < page.endIndex ? page[place].sequence : page.last.map { $0.sequence + 1 }
            guard let next, next <= history.newest else { return window }
            window.next = next
            if place < page.endIndex || window.isDone(of: count) { return window }
            window.next = nil
        }
    }

    /// The newest that are wanted.
    static func backward(_ query: EventQuery, last count: Int, of events: EventManager) async throws(Problem)
        -> EventWindow
    {
        var window = EventWindow()
        let newest = try await page(from: nil, count: 0, of: events)
        (window.lowest, window.highest) = (newest.held?.lowerBound, newest.newest)
        guard let held = newest.held else { return window }
        var end = held.upperBound
        while end >= held.lowerBound, !window.isDone(of: count) {
            let size = UInt64(query.isEmpty ? min(count - window.entries.count, pageEntries) : pageEntries)
            let start = max(held.lowerBound, end >= size ? end - size + 1 : 1)
            for entry in try await block(start...end, of: events).reversed() {
                guard window.hasRoom(for: entry, of: count) else { break }
                window.take(entry, if: query)
            }
            end = start - 1
        }
        window.entries.reverse()
        return window
    }

    private func isDone(of count: Int) -> Bool {
        entries.count >= count || scanned >= Self.scanLimit || bytes >= Self.answerBytes
    }

    private func hasRoom(for entry: Entry, of count: Int) -> Bool {
        !isDone(of: count) && (entries.isEmpty || bytes + entry.body.count <= Self.answerBytes)
    }

    private mutating func take(_ entry: Entry, if query: EventQuery) {
        scanned += 1
        guard query.matches(entry) else { return }
        entries.append(entry)
        bytes += entry.body.count
    }

    /// All entries of a range, as far as they are still held.
    private static func block(
        _ range: ClosedRange<UInt64>, of events: EventManager
    ) async throws(Problem) -> [Entry] {
        var entries: [Entry] = []
        var next = range.lowerBound
        while next <= range.upperBound {
            let page = try await page(from: next, count: Int(range.upperBound - next) + 1, of: events).entries
            guard let last = page.last else { break }
            entries += page
            next = last.sequence + 1
        }
        return entries
    }

    private static func page(
        from first: UInt64?, count: Int, of events: EventManager
    ) async throws(Problem) -> History {
        do throws(JournalError) {
            return try await events.entries(from: first, count: count)
        } catch {
            throw Problem(error)
        }
    }
}

extension Problem {
    /// What the journal says.
    init(_ error: JournalError) {
        switch error {
        case .notTracking: self.init(.conflict, "\(error)")
        default: self = .later(.serviceUnavailable, "\(error)")
        }
    }

    /// A sequence that was let go.
    static func gone(_ sequence: UInt64, _ history: History) -> Problem {
        let lowest = history.held?.lowerBound ?? history.newest + 1
        return Problem(
            .gone, "the journal holds sequence \(sequence) no more; go on from \(lowest)",
            members: [.init("lowest", .number("\(lowest)")), .init("highest", .number("\(history.newest)"))])
    }
}
