package import AgentCore
import Platform

/// Lets tasks wait until something changed, or a time passed by a given clock.
package final class ChangeSignal: Sendable {
    private struct State {
        var revision = 0
        var nextWaiter = 0
        var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
    }

    private let state = Locked(State())

    package init() {}

    /// Counts the changes so far.
    package var revision: Int { state.withLock { $0.revision } }

    /// Something changed: everybody who waits goes on.
    package func raise() {
        let waiters = state.withLock { state in
            defer { state.waiters = [:] }
            state.revision += 1
            return Array(state.waiters.values)
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Returns when the revision is no longer `revision`, or the task is cancelled.
    package func wait(after revision: Int) async {
        let number = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isDue = state.withLock { state in
                    if state.revision != revision || Task.isCancelled { return true }
                    state.waiters[number] = continuation
                    return false
                }
                if isDue { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: number) }?.resume()
        }
    }

    /// The same with a limit by `clock`; false when the limit ended it.
    package func wait(after revision: Int, limit: Duration, clock: AgentClock) async -> Bool {
        await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                await self.wait(after: revision)
                return true
            }
            group.addTask {
                do {
                    try await clock.sleep(limit)
                    return false
                } catch {
                    return true
                }
            }
            let hasChanged = await group.next() ?? true
            group.cancelAll()
            return hasChanged
        }
    }
}
