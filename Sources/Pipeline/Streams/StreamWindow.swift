public import AgentCore

/// What a stream gets: the pure part of `EventStream`. It holds no entries but a sequence: all through `cursor` was
/// given, filtered, or told as a gap.
public struct StreamWindow: Sendable {
    /// What the reader shall do.
    public enum Action: Sendable, Hashable {
        /// Nothing, until the head passes this.
        case wait(past: UInt64)
        /// Bring entries after this one.
        case take(after: UInt64)
        case end(StreamEnd)
    }

    public let filter: EventFilter
    /// How far a live stream may fall behind.
    public let lagLimit: UInt64
    public private(set) var cursor: UInt64
    public private(set) var delivered = 0
    public private(set) var filtered = 0
    public private(set) var dropped: UInt64 = 0
    /// Whether it has reached the newest entry once; before, it reads history.
    private var isLive = false
    private var cursorAtCheck: UInt64?
    private var ending: (reason: StreamEnd.Reason, after: UInt64)?

    /// Begins after a sequence.
    public init(after cursor: UInt64, filter: EventFilter = EventFilter(), lagLimit: UInt64 = 10_000) {
        (self.cursor, self.filter, self.lagLimit) = (cursor, filter, lagLimit)
    }

    /// Whether it takes nothing more than what it had accepted.
    public var isEnding: Bool { ending != nil }

    /// What to do while the newest entry is `head`.
    public mutating func next(head: UInt64) -> Action {
        if cursor >= head { isLive = true }
        if let ending, cursor >= ending.after {
            return .end(StreamEnd(reason: ending.reason, resumeAfter: cursor))
        }
        return head > cursor ? .take(after: cursor) : .wait(past: cursor)
    }

    /// Takes entries in order, of which the source holds those from `lowest` on. Gives a gap, or those that are wanted;
    /// nil when none is.
    public mutating func received(_ entries: [Entry], lowest: UInt64, head: UInt64) -> StreamPart? {
        if lowest > cursor + 1 {
            defer {
                dropped += lowest - cursor - 1
                cursor = lowest - 1
            }
            return .gap(StreamGap(from: cursor + 1, lowest: lowest, highest: head))
        }
        let limit = ending?.after ?? .max
        var wanted =
            entries.last.map { $0.sequence <= limit } == true ? entries : entries.filter { $0.sequence <= limit }
        guard let last = wanted.last?.sequence else { return nil }
        let count = wanted.count
        if !filter.isEmpty { wanted = wanted.filter(filter.matches) }
        filtered += count - wanted.count
        delivered += wanted.count
        cursor = last
        return wanted.isEmpty ? nil : .entries(wanted)
    }

    /// The head has passed the mark: is it too slow? Gives the next mark; nil when it is, and then ends after `head`,
    /// which was accepted. Slow is who was level once and fell behind by the limit, or who reads history and has not
    /// read anything while as much was published.
    public mutating func check(head: UInt64) -> UInt64? {
        if ending != nil { return nil }
        if cursor >= head { isLive = true }
        let lag = head > cursor ? head - cursor : 0
        let isStuck = cursorAtCheck == cursor && lag > 0
        if isLive ? lag > lagLimit : isStuck {
            end(.tooSlow(limit: lagLimit), after: head)
            return nil
        }
        cursorAtCheck = cursor
        return (isLive ? cursor : head) + lagLimit
    }

    /// It ends once it has what was published through `head`. The first reason stays.
    public mutating func end(_ reason: StreamEnd.Reason, after head: UInt64) {
        guard ending == nil else { return }
        ending = (reason, head)
    }

    /// It ends where it is.
    public mutating func end(_ reason: StreamEnd.Reason) {
        ending = (reason, cursor)
    }
}
