import Platform

/// A number that only grows, and those who wait for it to pass a mark: the one way anything in the pipeline waits for
/// anything else. Nobody polls it, and nobody is woken before their mark is passed.
public final class Watermark: Sendable {
    private struct Waiter: Sendable {
        var id: UInt64
        var mark: UInt64
        var continuation: CheckedContinuation<Void, Never>
    }

    private struct State: Sendable {
        var value: UInt64
        var lastID: UInt64 = 0
        var waiters: [Waiter] = []
    }

    private let state: Locked<State>

    public init(_ value: UInt64 = 0) {
        state = Locked(State(value: value))
    }

    public var value: UInt64 {
        state.withLock { $0.value }
    }

    /// Raises the value; a lower one changes nothing.
    public func advance(to value: UInt64) {
        raise { max($0, value) }
    }

    /// Raises the value by one: for marks that count how often something happened.
    public func advance() {
        raise { $0 + 1 }
    }

    private func raise(_ change: @Sendable (UInt64) -> UInt64) {
        let passed = state.withLock { state in
            state.value = change(state.value)
            let passed = state.waiters.filter { $0.mark < state.value }
            if !passed.isEmpty { state.waiters.removeAll { $0.mark < state.value } }
            return passed
        }
        for waiter in passed { waiter.continuation.resume() }
    }

    /// Returns once the value is greater than `mark`, or the task is cancelled.
    public func wait(past mark: UInt64) async {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isDone = state.withLock { state in
                    // Cancellation is set before its callback runs: either it is seen here, or the callback finds the
                    // waiter.
                    if state.value > mark || Task.isCancelled { return true }
                    state.waiters.append(Waiter(id: id, mark: mark, continuation: continuation))
                    return false
                }
                if isDone { continuation.resume() }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                state.waiters.firstIndex { $0.id == id }.map { state.waiters.remove(at: $0) }
            }
            waiter?.continuation.resume()
        }
    }
}
