import AgentCore
import AgentTestKit
import Pipeline

/// A stream's client in a simulated life: it comes again behind what it has when its stream ends.
struct StreamLife {
    static let lag: UInt64 = 8

    var window: StreamWindow
    let filter: EventFilter
    /// All through it was given, or told as a gap.
    var last: UInt64
    var got: [UInt64] = []
    var missed: Set<UInt64> = []
    /// The newest entry when it last took something.
    var headThen: UInt64 = 0
    /// Where the hub looks whether it is too slow.
    var mark: UInt64

    init(after start: UInt64, filter: EventFilter, bug: ReaderBug?) {
        (self.filter, last, mark) = (filter, start, start)
        window = StreamWindow(after: start, filter: filter, lagLimit: bug == .streamNeverSlow ? .max / 2 : Self.lag)
    }

    mutating func reconnect(bug: ReaderBug?) {
        let start = bug == .resumesOneBefore ? last - min(last, 1) : last
        window = StreamWindow(after: start, filter: filter, lagLimit: window.lagLimit)
        mark = last
    }
}

extension ReaderLife {
    /// One thing a stream's reader does.
    mutating func stepStream(_ index: Int) throws {
        switch streams[index].window.next(head: log.head) {
        case .wait: break
        case .end(let end):
            seen.insert(.slowStream)
            if end.resumeAfter < streams[index].last {
                throw Violation(.resumable, "told to resume after \(end.resumeAfter) with \(streams[index].last) read")
            }
            streams[index].last = end.resumeAfter
            streams[index].reconnect(bug: bug)
            streams[index].headThen = max(log.head, streams[index].last)
        case .take(let after):
            let (entries, lowest) = take(after: after)
            let part = streams[index].window.received(entries, lowest: lowest, head: history.head)
            try note(part, index)
        }
    }

    private mutating func note(_ part: StreamPart?, _ index: Int) throws {
        switch part {
        case .entries(let entries):
            streams[index].got += entries.map(\.sequence)
        case .gap(let gap):
            seen.insert(.gap)
            if gap.from != streams[index].last + 1 || gap.lowest > history.lowest {
                throw Violation(.resumable, "told of a gap that is none: \(gap), \(streams[index].last) read")
            }
            streams[index].missed.formUnion(gap.from..<gap.lowest)
        case .ended, nil: break
        }
        streams[index].last = streams[index].window.cursor
        // The journal may be ahead of what counts as published.
        streams[index].headThen = max(log.head, streams[index].last)
    }

    /// What the hub does when marks are passed.
    mutating func watchStreams() {
        for index in streams.indices where log.head > streams[index].mark {
            streams[index].mark = streams[index].window.check(head: log.head) ?? .max
        }
    }
}
