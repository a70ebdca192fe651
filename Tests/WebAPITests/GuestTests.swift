import AgentCore
import AgentTestKit
import EventModel
import Pipeline
import Testing

@testable import WebAPI

@Suite("What is known of guests")
struct GuestTests {
    private static func view(_ events: [Event], limit: Int = 100) -> GuestView {
        var view = GuestView(limit: limit)
        for (index, event) in events.enumerated() {
            view.fold(
                Entry(
                    sequence: UInt64(index + 1), type: event.type, severity: event.severity,
                    body: EventEncoder.encode(event)[...]))
        }
        return view
    }

    @Test(
        "events bring a guest from state to state",
        arguments: [
            (["vm.created"], "created"), (["vm.created", "vm.powered-on"], "running"),
            (["vm.powered-on", "vm.suspended"], "suspended"),
            (["vm.powered-on", "vm.paused", "vm.resumed"], "running"),
            (["vm.powered-on", "vm.powered-off", "vm.removed"], "removed"), (["vm.reconfigured"], "unknown"),
            (["container.started", "container.exited", "container.stopped"], "exited"),
            (["container.started", "container.paused"], "paused"), (["vm.powered-on", "vm.crashed"], "crashed"),
            (["vm.powered-on", "vm.migrated"], "running"),
        ])
    func states(types: [String], state: String) throws {
        let view = Self.view(types.enumerated().map { vmEvent($0 + 1, EventType(rawValue: $1)) })
        let guest = try #require(view.guests.values.first)
        #expect(guest.state.rawValue == state && guest.events == types.count)
        #expect(guest.last.type.rawValue == types.last)
    }

    @Test("since when is the time of the event that brought the state, not of the last one")
    func since() throws {
        let view = Self.view([vmEvent(1), vmEvent(2, "vm.powered-off"), vmEvent(9, "vm.reconfigured")])
        let guest = try #require(view.guests.values.first)
        #expect(guest.since == vmEvent(2).time && guest.last.time == vmEvent(9).time)
    }

    @Test("guests of one id in two sources are two, and an entry counts once")
    func keys() {
        var view = Self.view([vmEvent(1), vmEvent(2, source: "test://b"), vmEvent(3)])
        #expect(view.guests.count == 2)
        let before = view.guests
        let event = vmEvent(3, "vm.removed")
        view.fold(Entry(sequence: 3, type: event.type, severity: .info, body: EventEncoder.encode(event)[...]))
        #expect(view.guests == before)
    }

    @Test("with no room the removed go first, and then a new guest is not taken up, which is told")
    func bounded() {
        let first = (1...4).map { vmEvent($0, vm: "vm-\($0)") }
        var view = Self.view(first + [vmEvent(5, "vm.removed", vm: "vm-2"), vmEvent(6, vm: "vm-6")], limit: 4)
        #expect(Set(view.guests.values.map(\.key.id)) == ["vm-1", "vm-3", "vm-4", "vm-6"] && !view.isOverfull)
        let event = vmEvent(7, vm: "vm-7")
        view.fold(Entry(sequence: 7, type: event.type, severity: .info, body: EventEncoder.encode(event)[...]))
        #expect(view.guests.count == 4 && view.isOverfull)
    }

    @Test("more room by a reload brings the guests that had found none")
    func roomier() async throws {
        try await APIRig.with(try await APIRig(api: #""limits":{"guests":2}"#)) { rig async throws in
            try await rig.inject((1...4).map { vmEvent($0, vm: "vm-\($0)") })
            @Sendable func view() async throws -> (count: Int?, isComplete: Bool?, through: Int64?) {
                let json = try await rig.ask("/v1/guests").json
                return (json["guests"]?.array?.count, json["complete"]?.bool, json["through"]?.integer)
            }
            try await waitUntil("it has read all") { try await view().through == 4 }
            #expect(try await view() == (2, false, 4))
            let socket = #""socket":"\#(rig.socket)""#
            let roomy = try APIRig.configuration("{\(socket),\"limits\":{\"guests\":3}}")
            #expect(try await rig.server.reload(roomy) == ["limits"])
            try await waitUntil("it has three") { try await view() == (3, false, 4) }
            #expect(try await rig.server.reload(try APIRig.configuration("{\(socket)}")) == ["limits"])
            try await waitUntil("it has all") { try await view() == (4, true, 4) }
            try await rig.inject([vmEvent(5, vm: "vm-5")])
            try await waitUntil("and those that follow") { try await view() == (5, true, 5) }
        }
    }

    @Test("the view is rebuilt from the journal at the start, kept live, and found by id, subject, identifier and name")
    func served() async throws {
        let journal = SimulatedJournal()
        let events = [vmEvent(1, name: "web"), vmEvent(2, vm: "vm-2", name: "db")]
        _ = try await journal.commit(events.map { EncodedEvent($0) }, checkpoint: nil, of: "x")
        try await APIRig.with(try await APIRig(journal: journal)) { rig async throws in
            try await waitUntil("it is complete") { try await rig.ask("/v1/guests").json["complete"]?.bool == true }
            try await rig.inject([
                vmEvent(3, "vm.powered-off", name: "web"), vmEvent(4, vm: "vm-2", source: "test://b", name: "db"),
            ])
            try await waitUntil("it is live") { try await rig.ask("/v1/guests").json["through"]?.integer == 4 }
            let web = try await rig.ask("/v1/guests/web").json
            #expect(web["state"]?.string == "stopped" && web["subject"]?.string == "vm/vm-1")
            #expect(web["host"]?.string == "hv1" && web["lastEvent"]?["sequence"]?.integer == 3)
            let id = web["id"]?.string ?? ""
            #expect(try await rig.ask("/v1/guests/\(id)").json == web)
            #expect(try await rig.ask("/v1/guests/vm%2Fvm-1").json == web)
            #expect(try await rig.ask("/v1/guests/vm-1").json == web)
            let both = try await rig.ask("/v1/guests/db")
            #expect(both.status == 409 && both.json["candidates"]?.array?.count == 2)
            #expect(try await rig.ask("/v1/guests/nobody").status == 404)
            #expect(try await rig.ask("/v1/guests/\(id)/events").sequences == [1, 3])
            #expect(try await rig.ask("/v1/guests/\(id)/events?last=1").sequences == [3])
            #expect(try await rig.ask("/v1/guests?state=stopped").json["guests"]?.array?.count == 1)
            let page = try await rig.ask("/v1/guests?count=2")
            let next = page.json["next"]?.string ?? ""
            let rest = try await rig.ask("/v1/guests?count=2&after=\(next)").json["guests"]?.array ?? []
            #expect(page.json["guests"]?.array?.count == 2 && rest.count == 1)
        }
    }
}
