import Glibc
import Platform

/// Ends a connection whose owner waits in a library without a limit of its own: a broker that is low on memory reads
/// nothing more, and a write to it would last for ever.
final class StallGuard: Sendable {
    private struct State {
        var descriptor: Int32?
        var steps = 0
    }

    private let state = Locked(State())

    /// The connection's descriptor from now on.
    func watch(_ descriptor: Int32) {
        state.withLock { $0.descriptor = descriptor }
    }

    /// The connection is about to be closed: the descriptor is somebody else's from now on.
    func forget() {
        state.withLock { $0.descriptor = nil }
    }

    /// Something went on.
    func step() {
        state.withLock { $0.steps += 1 }
    }

    /// Runs until it is cancelled; ends the connection when nothing went on for `limit`.
    func run(limit: Duration, sleep: @Sendable (Duration) async throws -> Void) async {
        var last = -1
        while true {
            let steps = state.withLock { $0.steps }
            if steps == last { break }
            last = steps
            guard (try? await sleep(limit)) != nil else { return }
        }
        state.withLock { state in
            if let descriptor = state.descriptor { _ = shutdown(descriptor, Int32(SHUT_RDWR)) }
        }
    }
}
