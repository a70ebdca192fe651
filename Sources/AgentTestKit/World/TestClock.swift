package import AgentCore
package import EventModel
import Platform

/// A clock the test moves: nobody waits for real time.
///
/// In the mode `.moved` a sleep lasts until `advance(by:)` has passed its end; in the mode `.jumping` a sleep moves
/// the clock to its end at once and returns, so that a loop of polls and pauses runs as fast as it can.
package final class TestClock: Sendable {
    /// What a sleep does.
    package enum Mode: Sendable {
        case moved
        case jumping
    }

    private struct Sleeper {
        var end: Timestamp
        var continuation: CheckedContinuation<Void, Never>
    }

    private struct State {
        var now: Timestamp
        var sleepers: [Int: Sleeper] = [:]
        var count = 0
        var slept: [Duration] = []
    }

    /// 2026-01-02T03:04:05Z: where a clock starts unless told otherwise.
    package static let start = Timestamp(nanoseconds: 1_767_323_045_000_000_000)

    private let mode: Mode
    private let state: Locked<State>

    package init(_ mode: Mode = .moved, at start: Timestamp = TestClock.start) {
        self.mode = mode
        state = Locked(State(now: start))
    }

    /// The clock to hand in.
    package var clock: AgentClock {
        AgentClock(now: { self.now }, sleep: { try await self.sleep($0) })
    }

    /// What time it is.
    package var now: Timestamp { state.withLock { $0.now } }

    /// How many sleep now.
    package var sleeping: Int { state.withLock { $0.sleepers.count } }

    /// How long each sleep so far was to last, in the order in which they began.
    package var slept: [Duration] { state.withLock { $0.slept } }

    /// Moves the time; wakes whose end has come.
    package func advance(by duration: Duration) {
        let due = state.withLock { state in
            state.now = state.now.advanced(by: duration)
            let due = state.sleepers.filter { $0.value.end <= state.now }
            for number in due.keys { state.sleepers[number] = nil }
            return due.values.sorted { $0.end < $1.end }.map(\.continuation)
        }
        for continuation in due { continuation.resume() }
    }

    private func sleep(_ duration: Duration) async throws {
        try Task.checkCancellation()
        let number = state.withLock { state in
            state.slept.append(duration)
            state.count += 1
            if mode == .jumping { state.now = state.now.advanced(by: max(.zero, duration)) }
            return state.count
        }
        if mode == .jumping || duration <= .zero {
            await Task.yield()
            return
        }
        await suspend(number, until: duration)
        try Task.checkCancellation()
    }

    private func suspend(_ number: Int, until duration: Duration) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isCancelled = state.withLock { state in
                    if Task.isCancelled { return true }
                    state.sleepers[number] = Sleeper(end: state.now.advanced(by: duration), continuation: continuation)
                    return false
                }
                if isCancelled { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.sleepers.removeValue(forKey: number)?.continuation }?.resume()
        }
    }
}
