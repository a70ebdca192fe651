package import AgentCore
import Platform

/// A sink that does what a script says, delivery by delivery; at the end of the script it takes everything.
package final class ScriptedSink: Sink {
    package typealias Configuration = ScriptedConfiguration

    /// What one delivery does.
    package enum Step: Sendable {
        case success
        case failure(DeliveryError)
        /// Waits until the gate opens, then takes the entries; cancellation ends it with a retryable error.
        case gated(ScriptedGate)
        /// As `gated`, but deaf to cancellation.
        case deaf(ScriptedGate)
    }

    private struct State {
        var steps: [Step]
        var attempts: [[Entry]] = []
        var delivered: [Entry] = []
        var stops = 0
    }

    package static let kind = "scripted"

    private let state: Locked<State>

    package init(_ steps: [Step] = []) {
        state = Locked(State(steps: steps.reversed()))
    }

    package convenience init(_ configuration: ScriptedConfiguration, in context: SinkContext) throws {
        self.init([])
    }

    /// What each `deliver` was given.
    package var attempts: [[Entry]] { state.withLock { $0.attempts } }

    /// What was taken, in the order it came.
    package var delivered: [Entry] { state.withLock { $0.delivered } }

    /// How often `stop` was called.
    package var stops: Int { state.withLock { $0.stops } }

    package func deliver(_ entries: [Entry]) async throws(DeliveryError) {
        let step = state.withLock { state in
            state.attempts.append(entries)
            return state.steps.popLast() ?? .success
        }
        switch step {
        case .success: break
        case .failure(let error): throw error
        case .gated(let gate):
            do {
                try await gate.pass()
            } catch {
                throw .retryable(reason: "cancelled")
            }
        case .deaf(let gate): await gate.passDeaf()
        }
        state.withLock { $0.delivered += entries }
    }

    package func stop() async {
        state.withLock { $0.stops += 1 }
    }
}
