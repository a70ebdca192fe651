import EventModel
import Testing

@Suite struct GuestFactTests {
    static let facts: [(GuestFact, String, [String: JSONValue])] = [
        (.scheduled(cpuPackage: 1), "scheduled", ["cpuPackage": 1]),
        (.initPidFound(4711), "init-pid-found", ["pid": 4711]),
        (.interfaceAdded("eth0"), "interface-added", ["interface": "eth0"]),
        (.interfaceRemoved("eth0"), "interface-removed", ["interface": "eth0"]),
        (.interfaceRenamed("eth0", to: "wan"), "interface-renamed", ["interface": "eth0", "newName": "wan"]),
        (.interfaceUp("eth0", peer: "veth1"), "interface-up", ["interface": "eth0", "peer": "veth1"]),
        (.interfaceDown("eth0"), "interface-down", ["interface": "eth0"]),
        (.halted, "halted", [:]), (.rebooted, "rebooted", [:]),
    ]

    @Test(
        "VP-10: a fact about a guest keeps its kind and all its fields, in the event and through its JSON",
        arguments: GuestFactTests.facts)
    func keepsAll(fact: GuestFact, word: String, members: [String: JSONValue]) throws {
        for kind in Guest.Kind.allCases {
            let guest = Guest(kind: kind, id: "101", name: "web")
            let event = fact.event(of: guest, id: "9", source: "osctl://host", at: Timestamp(nanoseconds: 5))
            #expect(event.type.rawValue == "\(kind.rawValue).\(word)" && event.guest == guest)
            let data = try event.data.parsed()
            for (name, value) in members { #expect(data[name] == value) }
            #expect(data.members?.count == members.count + 1 && event.message?.contains("web") == true)
            #expect(EventCatalogue.sentence(of: event.type) != nil)
            #expect(try EventDecoder.decode(EventEncoder.encode(event)[...]).event == event)
        }
    }

    @Test("an object of an inventory is added and removed under its pool; a guest among them is the event's guest")
    func inventory() throws {
        let object = InventoryObject(kind: "container", id: "101", pool: "tank")
        let time = Timestamp(nanoseconds: 5)
        let added = object.added(id: "1", source: "osctl://host", at: time)
        let removed = object.removed(id: "2", source: "osctl://host", at: time)
        #expect([added.type, removed.type] == ["inventory.object-added", "inventory.object-removed"])
        #expect([added.change, removed.change] == [.add, .remove])
        #expect(added.guest == Guest(kind: .container, id: "101"))
        #expect(try added.data.parsed()["object"] == ["kind": "container", "id": "101", "pool": "tank"])
        let pool = InventoryObject(kind: "pool", id: "tank").added(id: "3", source: "osctl://host", at: time)
        #expect(pool.guest == nil && pool.related.map(\.kind) == ["pool"])
        for event in [added, removed] { #expect(EventCatalogue.sentence(of: event.type) != nil) }
    }

    @Test("a command is told when it begins and when it is done or failed, under one id")
    func command() throws {
        let command = ManagementCommand(
            id: "17", name: "unregister-collector", options: [.init("collector", "vc1"), .init("force", true)])
        let states: [(ManagementCommand.State, String, String)] = [
            (.run, "agent.command-started", "run"), (.done, "agent.command-done", "done"),
            (.failed("no"), "agent.command-failed", "failed"),
        ]
        for (state, type, word) in states {
            let event = command.event(state, source: "guestwatch://a", at: Timestamp(nanoseconds: 5))
            let data = try event.data.parsed()
            #expect(event.type.rawValue == type && event.id == "\(type)/17")
            #expect(data["state"]?.string == word && data["command"]?["id"]?.string == "17")
            #expect(data["command"]?["name"]?.string == "unregister-collector")
            #expect(data["command"]?["options"] == ["collector": "vc1", "force": true])
            #expect(data["reason"]?.string == (word == "failed" ? "no" : nil))
            #expect(
                event.message?.hasPrefix("The command unregister-collector collector \"vc1\" force \"true\" ") == true)
            #expect(EventCatalogue.sentence(of: event.type) != nil)
        }
    }

    @Test("VIC-18: a type names the family and what happened; VIC-02: of a VM that is powered on it is vm.powered-on")
    func types() {
        let event = Event(id: "1", source: "s://a", type: "vm.powered-on", time: Timestamp(nanoseconds: 0))
        #expect(event.type.family == "vm" && event.type.description == "vm.powered-on")
        #expect(EventCatalogue.sentence(of: event.type) == "The virtual machine was powered on.")
    }

    @Test("VIC-19: an event gives its name, id, message and reference as they were set")
    func accessors() {
        let event = Event(
            id: "e1", source: "s://a", type: "container.started", time: Timestamp(nanoseconds: 3),
            guest: Guest(kind: .container, id: "c1"), data: JSONText(["message": "m"]))
        #expect(event.id == "e1" && event.message == "m" && event.guest?.id == "c1")
        #expect(event.type == "container.started" && event.time.nanoseconds == 3)
    }
}
