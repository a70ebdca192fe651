import Platform

/// Holds scripted plugins until the test opens it.
package final class ScriptedGate: Sendable {
    private struct State {
        var isOpen = false
        var count = 0
        var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
    }

    private let state = Locked(State())

    package init() {}

    /// How many wait now.
    package var waiting: Int { state.withLock { $0.waiting.count } }

    /// Lets everybody pass, now and later.
    package func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [:] }
            return Array(state.waiting.values)
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Returns when the gate is open; throws when the task is cancelled.
    package func pass() async throws {
        let number = newNumber()
        await withTaskCancellationHandler {
            await enter(number, isDeaf: false)
        } onCancel: {
            state.withLock { $0.waiting.removeValue(forKey: number) }?.resume()
        }
        try Task.checkCancellation()
    }

    /// Returns when the gate is open, and not before.
    package func passDeaf() async {
        await enter(newNumber(), isDeaf: true)
    }

    private func newNumber() -> Int {
        state.withLock { state in
            state.count += 1
            return state.count
        }
    }

    private func enter(_ number: Int, isDeaf: Bool) async {
        await withCheckedContinuation { continuation in
            let passes = state.withLock { state in
                if state.isOpen || (!isDeaf && Task.isCancelled) { return true }
                state.waiting[number] = continuation
                return false
            }
            if passes { continuation.resume() }
        }
    }
}
