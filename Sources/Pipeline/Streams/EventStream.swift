import AgentCore
import EventModel
import Platform

/// A live reader over history and what follows, without gap or repeat; performs what its `StreamWindow` decides.
///
/// It holds nothing but its place: a slow reader costs nobody anything, and is ended when it falls too far behind, told
/// why and where to go on; what was accepted until then it may still read. One task reads it at a time. Let go of, it
/// ends.
public final class EventStream: AsyncSequence, Sendable {
    public typealias Element = StreamPart
    public typealias Failure = Never

    /// Unique in the life of the process.
    public let number: UInt64
    public let name: String
    public let client: String
    private let since: Timestamp
    private let source: EntrySource
    private let bell = Watermark()
    private let state: Locked<(window: StreamWindow, isOver: Bool)>
    private let leave: @Sendable (UInt64) -> Void

    init(
        number: UInt64, _ request: StreamRequest, window: StreamWindow, source: EntrySource, since: Timestamp,
        leave: @escaping @Sendable (UInt64) -> Void
    ) {
        (self.number, name, client) = (number, request.name, request.client)
        (self.source, self.since, self.leave) = (source, since, leave)
        state = Locked((window, false))
    }

    /// What comes next. Nil after the end; and when the task is cancelled, which loses nothing.
    public func next() async -> StreamPart? {
        while !Task.isCancelled {
            let rung = bell.value
            let head = source.recent.head
            if state.withLock(\.isOver) { return nil }
            switch state.withLock({ $0.window.next(head: head) }) {
            case .end(let end):
                state.withLock { $0.isOver = true }
                finish()
                return .ended(end)
            case .wait(let mark):
                if source.recent.wake(bell, past: mark, { [bell] in bell.advance() }) { await bell.wait(past: rung) }
            case .take(let after):
                if let part = await bring(after: after) { return part }
            }
        }
        return nil
    }

    private func bring(after sequence: UInt64) async -> StreamPart? {
        switch source.recent.take(after: sequence) {
        case .entries(let entries):
            return state.withLock { $0.window.received(entries, lowest: sequence + 1, head: sequence) }
        case .nothing:
            return nil
        case .behind:
            let (page, reason) = await source.page(after: sequence)
            if let page {
                return state.withLock { $0.window.received(page.entries, lowest: page.lowest, head: page.head) }
            }
            if !Task.isCancelled { state.withLock { $0.window.end(reason.map { .journal($0) } ?? .agentStopped) } }
            return nil
        }
    }

    /// Asks the source to tell when this stream may have become too slow.
    func watch() {
        var mark = source.recent.head
        while let next = state.withLock({ [mark] in $0.window.check(head: mark) }) {
            if source.recent.wake(self, past: next, { [weak self] in self?.watch() }) { return }
            mark = source.recent.head
        }
        finish()
        bell.advance()
    }

    /// It ends once it has what was published through `head`.
    func end(_ reason: StreamEnd.Reason, after head: UInt64) {
        state.withLock { $0.window.end(reason, after: head) }
        bell.advance()
    }

    /// Ends it: nobody reads it any more.
    public func close() {
        state.withLock { $0.isOver = true }
        finish()
        bell.advance()
    }

    deinit {
        finish()
    }

    /// It has no place among the streams any more, and nobody rings for it.
    func finish() {
        leave(number)
        source.recent.forget(self)
        source.recent.forget(bell)
    }

    /// The stream at a glance.
    public var status: StreamStatus {
        let (window, head) = (state.withLock(\.window), source.recent.head)
        return StreamStatus(
            number: number, name: name, client: client, filter: window.filter, since: since, cursor: window.cursor,
            lag: head > window.cursor ? head - window.cursor : 0, delivered: window.delivered,
            filtered: window.filtered, dropped: window.dropped)
    }

    public func makeAsyncIterator() -> Iterator {
        Iterator(stream: self)
    }

    /// Iterates.
    public struct Iterator: AsyncIteratorProtocol {
        let stream: EventStream

        public func next() async -> StreamPart? {
            await stream.next()
        }
    }
}
