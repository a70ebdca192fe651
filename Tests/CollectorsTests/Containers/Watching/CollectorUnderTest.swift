import AgentCore
import Collectors
import EventModel
import Foundation
import HTTPClient
import Platform
import Testing

/// A collector of containers that is polled as the agent does, in the background; what it tells is kept.
final class CollectorUnderTest: Sendable {
    private let collector: ContainersCollector
    private let told = Locked<[Event]>([])
    private let committed: Locked<Checkpoint?>
    private let task: Task<Void, any Error>

    /// Polls from the checkpoint on.
    init(
        host: HostView = HostView(name: "hv1", under: ""),
        _ configuration: ContainersConfiguration = ContainersConfiguration(), after checkpoint: Checkpoint? = nil,
        shared: SharedValues = SharedValues()
    ) throws {
        let context = CollectorContext(
            name: "containers", clock: .system, host: host,
            transport: { _ in throw HTTPError.invalid("the kernel is no network") },
            secrets: SecretStore { _ throws(SecretError) in throw SecretError("the kernel has no secret") },
            shared: shared)
        let collector = try ContainersCollector(configuration, in: context)
        let (told, committed) = (told, Locked<Checkpoint?>(checkpoint))
        (self.collector, self.committed) = (collector, committed)
        task = Task {
            while !Task.isCancelled {
                let batch = try await collector.poll(after: committed.withLock { $0 })
                if let checkpoint = batch.checkpoint { committed.withLock { $0 = checkpoint } }
                told.withLock { $0 += batch.events }
                if batch.isLast { return }
            }
        }
    }

    /// Waits until its first look is committed.
    func begun() async throws {
        try await wait("it has looked") { self.committed.withLock { $0 } != nil }
    }

    /// Ends it as kill -9 would: what was not committed is lost. Gives the checkpoint.
    func kill() async -> Checkpoint? {
        task.cancel()
        _ = try? await task.value
        await collector.stop()
        return committed.withLock { $0 }
    }

    /// All that was told of guests whose id, name or cgroup holds the text.
    func events(of text: String) -> [Event] {
        told.withLock { $0 }.filter { event in
            guard let guest = event.guest else { return false }
            return guest.id.contains(text) || guest.name?.contains(text) == true
                || (try? event.data.parsed())?["cgroup"]?.string?.contains(text) == true
        }
    }

    /// The types of those, without `container.`.
    func words(of text: String) -> [String] {
        events(of: text).map { String($0.type.rawValue.dropFirst("container.".count)) }
    }

    /// How long is waited for what must come, however busy the host is.
    private static let patience: Duration = .seconds(120)

    /// Waits until exactly these were told of it; fails with what was told instead, or when a host that has time for it
    /// takes longer than promised.
    func expect(
        _ expected: [String], of text: String, within promised: Duration? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async {
        let start = ContinuousClock.now
        var allowed = promised.map(HostPace.allowed)
        while words(of: text).count < expected.count, ContinuousClock.now - start < Self.patience {
            try? await Task.sleep(for: .milliseconds(20))
        }
        let took = ContinuousClock.now - start
        #expect(words(of: text) == expected, sourceLocation: sourceLocation)
        guard let promised else { return }
        allowed = max(allowed ?? promised, HostPace.allowed(promised))
        #expect(took <= allowed ?? promised, "\(expected.last ?? "") of \(text)", sourceLocation: sourceLocation)
    }

    /// Waits for a condition.
    func wait(
        _ what: String, within limit: Duration = .seconds(120), sourceLocation: SourceLocation = #_sourceLocation,
        until isMet: () -> Bool
    ) async throws {
        let start = ContinuousClock.now
        while !isMet() {
            try #require(
                ContinuousClock.now - start < limit, "not within \(limit): \(what)", sourceLocation: sourceLocation)
            try await Task.sleep(for: .milliseconds(20))
        }
    }
}
