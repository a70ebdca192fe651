import AgentCore
import AgentTestKit
import EventModel
import Testing

@testable import Collectors

/// Objects added to and removed from a vSphere collector that runs.
@Suite(.timeLimit(.minutes(2))) struct MonitoredObjectsTests {
    private static let start = #""start": "beginning""#

    private func rig(_ entities: String..., pageSize: Int = 1000) throws -> CollectorRig {
        let list = entities.map { "\"\($0)\"" }.joined(separator: ", ")
        return try CollectorRig(
            FixtureSettings(), #"\#(Self.start), "pageSize": \#(pageSize), "entities": [\#(list)]"#)
    }

    /// Events of the VMs, in turn, a millisecond apart.
    private func events(_ rig: CollectorRig, of numbers: [Int], rounds: Int = 1) -> [(vm: Int, key: Int32)] {
        (0..<rounds).flatMap { _ in
            numbers.flatMap { number in
                rig.clock.advance(by: .milliseconds(1))
                return rig.vcenter.append([FixtureEvent("VmPoweredOnEvent", vm: .vm(number))]).map { (number, $0) }
            }
        }
    }

    @Test("VIC-11: an object that is added and removed is monitored and then is not")
    func addAndRemove() async throws {
        let rig = try rig("vm-41")
        _ = try await rig.collector.remove(object: "vm-41")
        #expect(try await rig.collector.add(object: "vm-42"))
        #expect(await rig.collector.objects == ["vm-42"])
        #expect(try await !rig.collector.add(object: "VirtualMachine:vm-42"))
        #expect(try await rig.collector.remove(object: "vm-42"))
        #expect(try await !rig.collector.remove(object: "vm-42"))
        #expect(await rig.collector.objects == [])
    }

    @Test(
        "an object whose class cannot be told, or that is none, is refused with the remedy",
        arguments: ["", "x-1", "a:", ":b", "vm 1"])
    func unreadable(object: String) async throws {
        let rig = try rig("vm-41")
        let error = await #expect(throws: MonitoringError.self) { _ = try await rig.collector.add(object: object) }
        #expect(error?.description.contains("\"\(object)\"") == true)
    }

    @Test("a collector of the whole server is not narrowed by an object, and no collector has more than its limit")
    func refusals() async throws {
        let whole = try CollectorRig(FixtureSettings(), Self.start)
        #expect(await whole.collector.objects == nil)
        await #expect(throws: MonitoringError.readsEverything) { _ = try await whole.collector.add(object: "vm-41") }
        let rig = try rig("vm-41")
        let limit = VSphereEventsConfiguration.maximumEntities
        for number in 1..<limit { _ = try await rig.collector.add(object: "vm-\(100 + number)") }
        await #expect(throws: MonitoringError.tooMany(limit: limit)) { _ = try await rig.collector.add(object: "vm-7") }
    }

    @Test(
        "B8: what is added is read from the place reached on, and the others' events come once each",
        arguments: [1000, 3])
    func add(pageSize: Int) async throws {
        let rig = try rig("vm-41", pageSize: pageSize)
        let before = events(rig, of: [41, 42, 43], rounds: 8)
        try await rig.pollUntilQuiet()
        #expect(rig.keys == before.filter { $0.vm == 41 }.map(\.key))
        rig.clock.advance(by: .seconds(10))
        let read = rig.keys.count
        _ = try await rig.collector.add(object: "vm-42")
        let after = events(rig, of: [41, 42, 43], rounds: 8)
        try await rig.pollUntilQuiet()
        let news = Array(rig.keys.dropFirst(read))
        // Of the added one also what lies within the stretch that is read anew.
        let stretch = before.filter { $0.vm == 42 }.map(\.key)
        #expect(news.filter { !stretch.contains($0) } == after.filter { $0.vm != 43 }.map(\.key))
        #expect(Set(rig.keys).count == rig.keys.count)
    }

    @Test(
        "what is removed is read no more, the others' events come once each, and no gap is told", arguments: [1000, 3])
    func remove(pageSize: Int) async throws {
        let rig = try rig("vm-41", "vm-42", pageSize: pageSize)
        let before = events(rig, of: [41, 42], rounds: 8)
        try await rig.pollUntilQuiet()
        #expect(rig.keys == before.map(\.key))
        #expect(try await rig.collector.remove(object: "vm-41"))
        let after = events(rig, of: [41, 42], rounds: 8)
        try await rig.pollUntilQuiet()
        #expect(rig.keys == before.map(\.key) + after.filter { $0.vm == 42 }.map(\.key))
        #expect(!rig.events.contains { $0.type == "agent.collector-gap" })
    }

    @Test("changes in the middle of a backlog lose and double nothing of the objects that stay", arguments: 1...4)
    func backlog(polls: Int) async throws {
        let rig = try rig("vm-41", pageSize: 5)
        let all = events(rig, of: [41, 42, 43], rounds: 40)
        for _ in 0..<polls { try await rig.poll() }
        _ = try await rig.collector.add(object: "vm-42")
        try await rig.poll()
        _ = try await rig.collector.add(object: "vm-43")
        try await rig.poll()
        _ = try await rig.collector.remove(object: "vm-42")
        try await rig.pollUntilQuiet()
        #expect(Set(rig.keys).count == rig.keys.count)
        let stays = all.filter { $0.vm == 41 }.map(\.key)
        #expect(rig.keys.filter(stays.contains) == stays)
        #expect(!rig.events.contains { $0.type == "agent.collector-gap" })
    }

    @Test("without any object it reads nothing, and goes on at the same place with the next one")
    func none() async throws {
        let rig = try rig("vm-41")
        let before = events(rig, of: [41], rounds: 3)
        try await rig.pollUntilQuiet()
        _ = try await rig.collector.remove(object: "vm-41")
        let during = events(rig, of: [41, 42], rounds: 3)
        try await rig.pollUntilQuiet()
        #expect(rig.keys == before.map(\.key))
        _ = try await rig.collector.add(object: "vm-41")
        try await rig.pollUntilQuiet()
        #expect(rig.keys == (before + during.filter { $0.vm == 41 }).map(\.key))
    }

    @Test("an object added while a poll waits holds from the next read on")
    func duringPoll() async throws {
        let rig = try rig("vm-41")
        try await rig.pollUntilQuiet()
        let (collector, checkpoint) = (rig.collector, rig.checkpoint)
        let polling = Task { try await collector.poll(after: checkpoint) }
        _ = try await collector.add(object: "vm-42")
        _ = try await polling.value
        let after = events(rig, of: [42])
        try await rig.pollUntilQuiet()
        #expect(rig.keys == after.map(\.key))
    }

    @Test("a collector that was stopped is polled again: it logs in anew, keeps its objects, and goes on at its place")
    func stopAndGoOn() async throws {
        let rig = try rig("vm-41")
        var expected = events(rig, of: [41, 42], rounds: 3)
        try await rig.pollUntilQuiet()
        _ = try await rig.collector.add(object: "vm-42")
        rig.clock.advance(by: .seconds(10))
        await rig.collector.stop()
        expected = expected.filter { $0.vm == 41 } + events(rig, of: [41, 42], rounds: 3)
        let read = rig.keys.count
        try await rig.pollUntilQuiet()
        let news = rig.keys.dropFirst(read).filter { key in expected.contains { $0.key == key } }
        #expect(Array(news) == expected.dropFirst(read).map(\.key))
        #expect(await rig.collector.objects == ["vm-41", "vm-42"])
    }
}
