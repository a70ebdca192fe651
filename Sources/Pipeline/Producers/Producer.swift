import AgentCore
public import EventModel
import Platform

/// A handle to publish events with: they are committed in the order in which this producer accepted them, in batches
/// that share transactions with other producers and collectors.
///
/// Every call may be made from any task. A producer ends with `close` or `cancel`, or with the pipeline; both may be
/// called again, in any order, and every call after them is answered at once. Callbacks are called without any lock
/// held and may call the producer.
public final class Producer: Sendable {
    /// Who waits for room.
    typealias Publisher = CheckedContinuation<Result<UInt64, PublishError>, Never>

    struct State: Sendable {
        var queue: ProducerQueue
        var publishers: [UInt64: Publisher] = [:]
        /// Withdrawn before they were waited for, or answered before.
        var answers: [UInt64: Result<UInt64, PublishError>] = [:]
        var outage = Outage()
    }

    let settings: ProducerSettings
    let context: PipelineContext
    let sinks: [SinkRunner]
    let state: Locked<State>
    /// Counts what the committing task wants to know of.
    let published = Watermark()
    /// Counts what the acknowledging task wants to know of.
    let spanned = Watermark()
    /// Counts closing and cancelling: what ends a wait for the journal.
    let ended = Watermark()
    /// Passes 0 when nothing more will be committed.
    let committed = Watermark()
    /// Passes 0 when nothing more will be acknowledged.
    let settled = Watermark()
    let tasks = Locked<[Task<Void, Never>]>([])

    init(_ settings: ProducerSettings, sinks: [SinkRunner], context: PipelineContext) {
        (self.settings, self.sinks, self.context) = (settings, sinks, context)
        let waitsForSinks = settings.acknowledgement == .delivered && !sinks.isEmpty
        state = Locked(State(queue: ProducerQueue(limit: settings.queue, waitsForSinks: waitsForSinks)))
    }

    /// Accepts the event once there is room; who came first is first. Its number, from 1, rising by one.
    ///
    /// Throws what is wrong with it, that the producer is closed or that recording is off - also when either happens
    /// while this waits - or that the task was cancelled.
    @discardableResult
    public func publish(_ event: Event) async throws(PublishError) -> UInt64 {
        switch offer(try admit(event), mayWait: true) {
        case .accepted(let number): return number
        case .refused(let error): throw error
        case .waits(let ticket): return try await wait(ticket).get()
        }
    }

    /// Accepts the event if there is room now. Its number; throws `.full` where `publish` would wait.
    @discardableResult
    public func tryPublish(_ event: Event) throws(PublishError) -> UInt64 {
        switch offer(try admit(event), mayWait: false) {
        case .accepted(let number): return number
        case .refused(let error): throw error
        case .waits: throw .full
        }
    }

    /// Takes no more; what was accepted is committed and acknowledged. Publishers that wait are refused.
    public func close() {
        refuse(state.withLock { $0.queue.close() })
        published.advance()
        ended.advance()
        settle()
    }

    /// Takes no more, and removes what was not yet handed to the journal: each is told to `onDropped`, their number is
    /// returned. What the journal has at this moment is still committed and acknowledged, or told to `onDropped`.
    @discardableResult
    public func cancel() -> Int {
        end { $0.queue.cancel() }
    }

    /// Returns when the producer is closed or cancelled and everything it accepted is acknowledged or dropped, or when
    /// the pipeline has stopped.
    public func allAcknowledged() async {
        await settled.wait(past: 0)
    }

    /// The producer at a glance.
    public func status() -> ProducerStatus {
        state.withLock { state in
            let queue = state.queue
            return ProducerStatus(
                name: settings.name, isOpen: !queue.isClosed, queued: queue.held.events,
                queuedBytes: queue.held.bytes, waiting: queue.waiting, counters: queue.counters,
                lastError: state.outage.lastError)
        }
    }

    /// Recording was turned off: who waits for room is told so. What was accepted is kept until it is on.
    func trackingEnded() {
        answer(state.withLock { $0.queue.turnAway() }.map { ($0, .failure(.notTracking)) })
    }

    private func admit(_ event: Event) throws(PublishError) -> EncodedEvent {
        guard context.tracking.isOn else { throw .notTracking }
        if let problem = EventValidation.problem(of: event) { throw .invalid(problem) }
        switch context.publishRule(event) {
        case .accepted(let event):
            return EncodedEvent(event)
        case .filtered(let reason):
            state.withLock { $0.queue.noteFiltered() }
            throw .filtered(reason)
        }
    }

    private func offer(_ event: EncodedEvent, mayWait: Bool) -> ProducerQueue.Answer {
        // Asked within the lock: who begins to wait now is either refused here, or found by `trackingEnded`.
        let answer = state.withLock { [context] state -> ProducerQueue.Answer in
            context.tracking.isOn ? state.queue.offer(event, mayWait: mayWait) : .refused(.notTracking)
        }
        if case .accepted = answer { published.advance() }
        return answer
    }

    private func wait(_ ticket: UInt64) async -> Result<UInt64, PublishError> {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer = state.withLock { state in
                    if let answer = state.answers.removeValue(forKey: ticket) { return answer as Result? }
                    state.publishers[ticket] = continuation
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            let (isWithdrawn, admitted) = state.withLock { state in
                (state.queue.withdraw(ticket: ticket), state.queue.admit())
            }
            if isWithdrawn { answer([(ticket, .failure(.cancelled))]) }
            // It may have been the one that did not fit, before others that do.
            answer(admitted.map { ($0.ticket, .success($0.number)) })
            published.advance()
        }
    }

    private func refuse(_ tickets: [UInt64]) {
        let error = state.withLock { $0.queue.failure }.map { PublishError.failed($0) } ?? .closed
        answer(tickets.map { ($0, .failure(error)) })
    }

    /// Resumes publishers that wait; who is not yet there finds its answer when it comes.
    func answer(_ answers: [(ticket: UInt64, result: Result<UInt64, PublishError>)]) {
        guard !answers.isEmpty else { return }
        let ready = state.withLock { state in
            var ready: [(continuation: Publisher, result: Result<UInt64, PublishError>)] = []
            for (ticket, result) in answers {
                if let continuation = state.publishers.removeValue(forKey: ticket) {
                    ready.append((continuation, result))
                } else {
                    state.answers[ticket] = result
                }
            }
            return ready
        }
        for (continuation, result) in ready { continuation.resume(returning: result) }
    }

    @discardableResult
    func end(_ ending: @Sendable (inout State) -> (dropped: [EncodedEvent], refused: [UInt64])) -> Int {
        let (dropped, refused) = state.withLock { state in ending(&state) }
        for event in dropped { settings.onDropped(event) }
        refuse(refused)
        published.advance()
        ended.advance()
        settle()
        return dropped.count
    }

    /// Lets go those who wait for the end, once it is reached.
    func settle() {
        if state.withLock({ $0.queue.isClosed && $0.queue.unacknowledged == 0 }) {
            settled.advance(to: 1)
            spanned.advance()
        }
    }
}
