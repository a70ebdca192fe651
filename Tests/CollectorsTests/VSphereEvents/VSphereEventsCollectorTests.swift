import AgentCore
import AgentTestKit
import EventModel
import Testing

@testable import Collectors

/// The vSphere collector at a fixture vCenter that behaves as real ones do.
@Suite(.timeLimit(.minutes(2))) struct VSphereEventsCollectorTests {
    @Test("brings all events once and in order, and goes on with those that happen")
    func tail() async throws {
        let rig = try CollectorRig()
        var expected = rig.trickle(25)
        try await rig.pollUntilQuiet()
        expected += rig.trickle(7)
        try await rig.pollUntilQuiet()
        #expect(rig.keys == expected)
        #expect(rig.events.allSatisfy { $0.type == "vm.powered-on" && $0.source.hasPrefix("vsphere://6f1c2d3e") })
    }

    @Test("begins at the server's now by default, and keeps the place from the first batch on")
    func startsNow() async throws {
        var settings = FixtureSettings()
        settings.clockSkew = .seconds(3600)
        let rig = try CollectorRig(settings, #""pageSize": 100"#)
        _ = rig.trickle(10)
        rig.clock.advance(by: .seconds(1))
        #expect(try await rig.poll().isEmpty)
        #expect(rig.checkpoint != nil)
        rig.clock.advance(by: .seconds(1))
        let expected = rig.trickle(3)
        try rig.restart()
        try await rig.pollUntilQuiet()
        #expect(rig.keys == expected)
    }

    @Test("reads a storm of many pages between two polls", arguments: [1, 7, 50])
    func storm(pageSize: Int) async throws {
        let rig = try CollectorRig(FixtureSettings(), #""start": "beginning", "pageSize": \#(pageSize)"#)
        var expected = rig.trickle(3)
        try await rig.pollUntilQuiet()
        expected += rig.append(pageSize * 12 + 5)
        try await rig.pollUntilQuiet()
        #expect(rig.keys == expected)
    }

    @Test("follows the key through its wrap to negative values")
    func keyWrap() async throws {
        var settings = FixtureSettings()
        settings.firstKey = Int32.max - 6
        let rig = try CollectorRig(settings, #""start": "beginning", "pageSize": 4"#)
        var expected = rig.append(5)
        try await rig.pollUntilQuiet()
        expected += rig.append(9)
        try await rig.pollUntilQuiet()
        #expect(rig.keys == expected)
        #expect(expected.contains(Int32.min))
    }

    @Test("crosses a stretch of events nobody may see that is longer than a page, and tells no gap")
    func invisibleGap() async throws {
        let rig = try CollectorRig(FixtureSettings(), #""start": "beginning", "pageSize": 10"#)
        var expected = rig.trickle(5)
        try await rig.pollUntilQuiet()
        _ = rig.trickle(95, visible: false)
        expected += rig.trickle(3)
        try await rig.pollUntilQuiet()
        #expect(rig.keys == expected)
        #expect(rig.events.allSatisfy { $0.type != "agent.collector-gap" })
    }

    @Test("pages and latest pages may come in any order", arguments: [FixtureSettings.PageOrder.newestFirst, .mixed])
    func pageOrder(_ order: FixtureSettings.PageOrder) async throws {
        var settings = FixtureSettings()
        (settings.pageOrder, settings.latestPageOrder) = (order, .mixed)
        let rig = try CollectorRig(settings, #""start": "beginning", "pageSize": 8"#)
        var expected = rig.trickle(20)
        try await rig.pollUntilQuiet()
        expected += rig.trickle(5)
        try await rig.pollUntilQuiet()
        #expect(rig.keys == expected)
    }

    @Test("without push it looks after each interval")
    func withoutPush() async throws {
        var settings = FixtureSettings()
        settings.supportsPush = false
        let rig = try CollectorRig(settings, #""start": "beginning", "interval": "7s""#)
        var expected = rig.trickle(4)
        try await rig.pollUntilQuiet()
        expected += rig.trickle(4)
        try await rig.pollUntilQuiet()
        #expect(rig.keys == expected)
        #expect(rig.clock.slept.contains(.seconds(7)))
    }

    @Test("reads servers that do not tell their newest event with fresh collectors")
    func simulator() async throws {
        var settings = FixtureSettings()
        (settings.hasLatestEvent, settings.wireStyle) = (false, .vcsim)
        let rig = try CollectorRig(settings)
        var expected = rig.trickle(30)
        try await rig.pollUntilQuiet()
        expected += rig.trickle(30)
        try await rig.pollUntilQuiet()
        #expect(rig.keys == expected)
        #expect(rig.vcenter.counters.collectors <= 1)
    }

    @Test("reads an ESXi host")
    func esxi() async throws {
        let rig = try CollectorRig(.esxi, #""start": "beginning", "pageSize": 6"#)
        let expected = rig.trickle(20)
        try await rig.pollUntilQuiet()
        #expect(rig.keys == expected)
        #expect(rig.events.first?.source == "vsphere://host:vcenter.example")
    }

    @Test("events of several entities are merged in order, each once")
    func entities() async throws {
        let rig = try CollectorRig(
            FixtureSettings(), #""start": "beginning", "pageSize": 5, "entities": ["vm-41", "vm-42", "host-22"]"#)
        var expected: [Int32] = []
        for round in 0..<40 {
            rig.clock.advance(by: .milliseconds(10))
            let vm = 41 + round % 4
            let key = rig.vcenter.append(
                FixtureEvent("VmPoweredOnEvent", vm: .vm(vm), host: round % 10 == 0 ? .host(22) : .host(21)))
            if vm <= 42 || round % 10 == 0 { expected.append(key) }
        }
        try await rig.pollUntilQuiet()
        #expect(rig.keys == expected)
        #expect(rig.events.allSatisfy { $0.type != "agent.collector-gap" })
    }

    @Test("a filter by class brings its subclasses only")
    func types() async throws {
        let rig = try CollectorRig(FixtureSettings(), #""start": "beginning", "types": ["VmPoweredOnEvent"]"#)
        rig.vcenter.append(FixtureEvent("VmPoweredOffEvent", vm: .vm(41)))
        let key = rig.vcenter.append(FixtureEvent("DrsVmPoweredOnEvent", vm: .vm(41)))
        try await rig.pollUntilQuiet()
        #expect(rig.keys == [key])
    }

    @Test("probing tells what it found and leaves nothing behind")
    func probing() async throws {
        let rig = try CollectorRig()
        _ = rig.trickle(3)
        #expect(try await rig.collector.probe().contains("3 events"))
        await rig.collector.stop()
        #expect(rig.vcenter.counters.sessions == 0)
        #expect(rig.vcenter.counters.collectors == 0)
    }
}
