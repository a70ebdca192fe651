import AgentCore
import AgentTestKit
import EventModel
import HTTPClient

@testable import Collectors

/// A vSphere collector at a fixture vCenter, driven as its runner would: every batch is committed before the next poll.
final class CollectorRig {
    let vcenter: FixtureVCenter
    let clock = TestClock(.jumping)
    private(set) var collector: VSphereEventsCollector
    private let configuration: VSphereEventsConfiguration
    private let context: CollectorContext
    /// Committed.
    var checkpoint: Checkpoint?
    private(set) var events: [Event] = []

    init(_ settings: FixtureSettings = FixtureSettings(), _ members: String = #""start": "beginning""#) throws {
        let (clock, password) = (clock.clock, settings.password)
        let vcenter = FixtureVCenter(settings, clock: clock)
        self.vcenter = vcenter
        configuration = try Self.configuration(
            #"{ "url": "\#(FixtureVCenter.url)", "username": "\#(settings.userName)", "password": { "env": "P" }, \#(members) }"#
        )
        context = CollectorContext(
            name: "vc1", clock: clock, transport: { _ in vcenter.transport() },
            secrets: SecretStore { _ throws(SecretError) in password })
        collector = try VSphereEventsCollector(configuration, in: context)
    }

    static func configuration(_ text: String) throws -> VSphereEventsConfiguration {
        guard case .object(let members, _) = try JSONDocument(Array(text.utf8)).root else { throw Unreadable() }
        var reader = ConfigurationReader(members: members, path: .init(), directory: "/etc")
        let configuration = VSphereEventsConfiguration(from: &reader)
        if let problem = reader.finish().first { throw problem }
        return configuration
    }

    struct Unreadable: Error {}

    /// One poll, committed.
    @discardableResult
    func poll() async throws -> [Event] {
        let batch = try await collector.poll(after: checkpoint)
        checkpoint = batch.checkpoint ?? checkpoint
        events += batch.events
        return batch.events
    }

    /// Polls until a poll waited in vain.
    func pollUntilQuiet() async throws {
        var quiet = 0
        for _ in 0..<10_000 where quiet < 3 {
            quiet = try await poll().isEmpty ? quiet + 1 : 0
        }
    }

    /// The process died: a new one begins at what was committed. Its session is not logged out.
    func restart() throws {
        collector = try VSphereEventsCollector(configuration, in: context)
    }

    /// The keys of the events committed, in order.
    var keys: [Int32] {
        events.compactMap { event in event.id.split(separator: "/").last.flatMap { Int32($0) } }
    }

    func append(_ count: Int, visible: Bool = true) -> [Int32] {
        vcenter.append(
            (0..<count).map { number in
                var event = FixtureEvent("VmPoweredOnEvent", vm: .vm(41 + number % 20))
                event.isVisible = visible
                return event
            })
    }

    /// Appends events a millisecond apart.
    func trickle(_ count: Int, visible: Bool = true) -> [Int32] {
        (0..<count).flatMap { _ in
            clock.advance(by: .milliseconds(1))
            return append(1, visible: visible)
        }
    }
}
