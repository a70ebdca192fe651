package import AgentCore
import Platform

/// A collector that does what a script says, poll by poll; at the end of the script it waits until it is cancelled.
package final class ScriptedCollector: Collector {
    package typealias Configuration = ScriptedConfiguration

    /// What one poll does.
    package enum Step: Sendable {
        case batch(Batch)
        case failure(any Error)
        /// Waits until the gate opens, then brings the batch; cancellation ends it with `CancellationError`.
        case gated(ScriptedGate, Batch)
        /// As `gated`, but deaf to cancellation.
        case deaf(ScriptedGate, Batch)
    }

    private struct State {
        var steps: [Step]
        var polled: [Checkpoint?] = []
        var stops = 0
    }

    package static let kind = "scripted"

    private let state: Locked<State>

    package init(_ steps: [Step]) {
        state = Locked(State(steps: steps.reversed()))
    }

    package convenience init(_ configuration: ScriptedConfiguration, in context: CollectorContext) throws {
        self.init([])
    }

    /// The checkpoints it was polled with, in order.
    package var polled: [Checkpoint?] { state.withLock { $0.polled } }

    /// How often `stop` was called.
    package var stops: Int { state.withLock { $0.stops } }

    package func poll(after checkpoint: Checkpoint?) async throws -> Batch {
        let step = state.withLock { state in
            state.polled.append(checkpoint)
            return state.steps.popLast()
        }
        switch step {
        case .batch(let batch):
            return batch
        case .failure(let error):
            throw error
        case .gated(let gate, let batch):
            try await gate.pass()
            return batch
        case .deaf(let gate, let batch):
            await gate.passDeaf()
            return batch
        case nil:
            try await ScriptedGate().pass()
            throw CancellationError()
        }
    }

    package func probe() async throws -> String {
        "a script"
    }

    package func stop() async {
        state.withLock { $0.stops += 1 }
    }
}
