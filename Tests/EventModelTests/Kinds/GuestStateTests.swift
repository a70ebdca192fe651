import EventModel
import Testing

@Suite struct GuestStateTests {
    typealias Phase = GuestState.Phase

    private func check(_ phase: Phase, _ type: EventType, _ expected: Phase) {
        #expect(GuestState(phase).applying(type) == GuestState(expected))
    }

    @Test(
        "VIC-20: power on: starting stays, all others run",
        arguments: [
            (Phase.starting, Phase.starting), (.running, .running), (.stopped, .running), (.suspended, .running),
        ])
    func powerOn(phase: Phase, expected: Phase) {
        check(phase, "vm.powered-on", expected)
        check(phase, "container.started", expected)
    }

    @Test(
        "VIC-21: power off: stopping and stopped stay, running stops",
        arguments: [
            (Phase.stopping, Phase.stopping), (.stopped, .stopped), (.running, .stopped), (.created, .created),
        ])
    func powerOff(phase: Phase, expected: Phase) {
        check(phase, "vm.powered-off", expected)
        check(phase, "container.stopped", expected)
    }

    @Test(
        "VIC-22: suspend: suspending and suspended stay, running is suspended",
        arguments: [(Phase.suspending, Phase.suspending), (.suspended, .suspended), (.running, .suspended)])
    func suspend(phase: Phase, expected: Phase) {
        check(phase, "vm.suspended", expected)
        check(phase, "container.suspended", expected)
    }

    @Test(
        "VIC-23: removal: removing and removed stay, stopped is removed",
        arguments: [(Phase.removed, Phase.removed), (.stopped, .removed), (.removing, .removing)])
    func removal(phase: Phase, expected: Phase) {
        check(phase, "vm.removed", expected)
        check(phase, "container.removed", expected)
    }

    @Test("events that do not bear on it leave the state as it is", arguments: Phase.allCases)
    func others(phase: Phase) {
        for type in ["vm.reconfigured", "vm.relocated", "host.booted", "agent.started"] as [EventType] {
            check(phase, type, phase)
        }
    }

    @Test("a guest that is known to be in the inventory was not removed")
    func migrated() {
        #expect(GuestState(.running).applying("vm.removed", isInInventory: true) == GuestState(.running))
    }

    @Test("every type that bears on a state stands in the catalogue")
    func catalogued() {
        for entry in EventCatalogue.entries {
            let changes = Phase.allCases.contains { GuestState($0).applying(entry.type) != GuestState($0) }
            if changes { #expect(["vm", "container"].contains(String(entry.type.family)), "\(entry.type)") }
        }
        #expect(EventCatalogue.sentence(of: "container.resumed") != nil)
    }

    private func event(_ type: EventType, _ guest: Guest) -> Event {
        Event(id: "1", source: "s://a", type: type, time: Timestamp(nanoseconds: 0), guest: guest)
    }

    @Test("VIC-25: a guest being fixed stays known through its first removal, and is forgotten at the second")
    func fixing() {
        let guest = Guest(kind: .vm, id: "vm-1")
        var states = GuestStates()
        states[guest, of: "s://a"] = GuestState(.stopped, isBeingFixed: true)
        #expect(states.apply(event("vm.removed", guest)) == nil)
        #expect(states[guest, of: "s://a"] == GuestState(.stopped))
        #expect(states.apply(event("vm.removed", guest)) == .removed)
        #expect(states[guest, of: "s://a"] == nil)
    }

    @Test("only what changes a guest's state is news; unknown guests and other sources are left alone")
    func news() {
        let guest = Guest(kind: .vm, id: "vm-1")
        var states = GuestStates()
        states[guest, of: "s://a"] = GuestState(.running)
        #expect(states.apply(event("vm.powered-off", guest)) == .stopped)
        #expect(states.apply(event("vm.powered-off", guest)) == nil)
        #expect(states.apply(event("vm.powered-on", Guest(kind: .vm, id: "vm-2"))) == nil)
        #expect(states.apply(event("vm.powered-on", Guest(kind: .container, id: "vm-1"))) == nil)
        #expect(states[guest, of: "s://b"] == nil)
    }
}
