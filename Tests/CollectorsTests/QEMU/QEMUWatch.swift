import AgentCore
import AgentTestKit
import Collectors
import EventModel
import HTTPClient
import Platform
import Testing

/// A QEMU collector that runs, and the events it told.
final class QEMUWatch: Sendable {
    private let collector: QEMUCollector
    private let state: Locked<(events: [(event: Event, seen: Timestamp)], checkpoint: Checkpoint?, error: String?)>
    private let task: Task<Void, Never>

    /// Starts it, and waits until it has looked for the first time.
    init(_ configuration: QEMUConfiguration, host: HostView, after checkpoint: Checkpoint? = nil) async throws {
        let collector = try QEMUCollector(configuration, in: Self.context(host))
        let state = Locked<(events: [(event: Event, seen: Timestamp)], checkpoint: Checkpoint?, error: String?)>(
            ([], checkpoint, nil))
        (self.collector, self.state) = (collector, state)
        let first = Locked(false)
        task = Task {
            while !Task.isCancelled {
                do {
                    let batch = try await collector.poll(after: state.withLock { $0.checkpoint })
                    let now = AgentClock.system.now()
                    state.withLock {
                        $0.events += batch.events.map { ($0, now) }
                        $0.checkpoint = batch.checkpoint ?? $0.checkpoint
                    }
                } catch {
                    state.withLock { $0.error = "\(error)" }
                    try? await AgentClock.system.sleep(.milliseconds(20))
                }
                first.withLock { $0 = true }
            }
        }
        try await waitUntil("the collector looked") { first.withLock { $0 } }
    }

    /// What the composition root would hand in.
    static func context(_ host: HostView) -> CollectorContext {
        CollectorContext(
            name: "qemu", clock: .system, host: host,
            transport: { _ in throw HTTPError.invalid("no network here") },
            secrets: SecretStore { _ throws(SecretError) in throw SecretError("no secret here") })
    }

    /// Now, by the clock the collector has.
    static var now: Timestamp { AgentClock.system.now() }

    deinit {
        task.cancel()
    }

    var checkpoint: Checkpoint? { state.withLock { $0.checkpoint } }
    var error: String? { state.withLock { $0.error } }

    /// What it told about one guest.
    func events(of guest: String) -> [Event] {
        state.withLock { $0.events }.map(\.event).filter { $0.guest?.id == guest }
    }

    /// `vm.powered-off guest-shutdown`, …; without steps (`debug`).
    func told(_ guest: String) -> [String] {
        events(of: guest).filter { $0.severity > .debug }.map { event in
            let reason = (try? event.data.parsed())?["reason"]?.string
            return event.type.rawValue + (reason.map { " \($0)" } ?? "")
        }
    }

    /// The longest time between a happening and its event being there.
    func delay(of guest: String) -> Duration {
        state.withLock { $0.events }.filter { $0.event.guest?.id == guest && $0.event.type != "vm.discovered" }
            .map { $0.seen.since($0.event.time) }.max() ?? .zero
    }

    /// Waits until exactly this was told, and a moment longer so that nothing else comes.
    func expect(_ told: [String], of guest: String, limit: Duration = .seconds(60)) async throws -> [String] {
        try? await waitUntil("\(told) was told", limit: limit) { self.told(guest).count >= told.count }
        try await AgentClock.system.sleep(.milliseconds(400))
        return self.told(guest)
    }

    /// Expects exactly this to be told.
    func check(
        _ told: [String], of guest: String, limit: Duration = .seconds(60), at place: SourceLocation = #_sourceLocation
    ) async throws {
        let actual = try await expect(told, of: guest, limit: limit)
        #expect(actual == told, sourceLocation: place)
    }

    func stop() async {
        task.cancel()
        await task.value
        await collector.stop()
    }
}
