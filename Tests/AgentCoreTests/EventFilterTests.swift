import AgentCore
import EventModel
import Testing

@Suite struct EventFilterTests {
    @Test(
        "a pattern is a type, the beginning of one up to a dot, or all",
        arguments: [
            ("vm.powered-on", "vm.powered-on", true), ("vm.powered-on", "vm.powered-off", false),
            ("vm.powered-on", "vm.powered-on.x", false), ("vm.*", "vm.powered-on", true),
            ("vm.*", "vm.disk.added", true),
            ("vm.*", "vm", false), ("vm.*", "vmx.powered-on", false), ("vm.*", "container.vm.x", false),
            ("vm.disk.*", "vm.disk.added", true), ("vm.disk.*", "vm.diskette", false), ("*", "agent.started", true),
            ("*", "", true), ("vm", "vm", true), ("vm.*", "vm.", true),
        ])
    func pattern(pattern: String, type: String, matches: Bool) throws {
        let pattern = try #require(TypePattern(pattern))
        #expect(pattern.matches(EventType(rawValue: type)) == matches)
    }

    @Test(
        "everything else is no pattern",
        arguments: [
            "", ".", ".*", "*.", "*.x", "vm.*.x", "vm*", "**", "vm..x", ".vm", "vm.", "VM.x", "vm.ü", "vm x", "vm.**",
            "vm/x",
        ])
    func noPattern(text: String) {
        #expect(TypePattern(text) == nil)
    }

    @Test("a filter wants its types and its severity; an empty one wants all")
    func filter() throws {
        let types = [try #require(TypePattern("vm.*")), try #require(TypePattern("host.disconnected"))]
        let filter = EventFilter(types: types, severity: .notice)
        #expect(filter.matches(type: "vm.powered-on", severity: .notice))
        #expect(filter.matches(type: "host.disconnected", severity: .critical))
        #expect(!filter.matches(type: "host.connected", severity: .critical))
        #expect(!filter.matches(type: "vm.powered-on", severity: .info))
        for severity in Severity.allCases { #expect(EventFilter().matches(type: "x.y", severity: severity)) }
    }

    @Test("a body that cannot be read is unwanted where it would matter, and is not read where it does not")
    func lazily() {
        let broken = Entry(sequence: 1, type: "vm.powered-on", severity: .info, body: [0x7B])
        #expect(EventFilter().matches(broken))
        #expect(EventFilter(types: [.all]).matches(broken))
        #expect(!EventFilter(guest: GuestFilter()).matches(broken))
        #expect(!EventFilter(fields: [FieldFilter(path: "a")]).matches(broken))
    }

    @Test(
        "fields of data are matched by name, within objects, in arrays, whatever their sort",
        arguments: [
            ("a", ["x"], true), ("a", ["y"], false), ("a", ["y", "x"], true), ("a", [], true), ("b", [], false),
            ("n", ["5"], true), ("t", ["true"], true), ("z", ["null"], true), ("l", ["2"], true), ("l", ["3"], false),
            ("o.p", ["q"], true), ("o.x", [], false), ("d.e", ["f"], true), ("o", ["q"], false), ("o", [], true),
            ("", [], false),
        ])
    func fields(path: String, values: [String], matches: Bool) throws {
        let data = try JSONText(
            validating: Array(#"{"a":"x","n":5,"t":true,"z":null,"l":["1","2"],"o":{"p":"q"},"d.e":"f"}"#.utf8))
        #expect(FieldFilter(path: path, values: values).matches(try data.parsed()) == matches)
    }

    @Test("a guest filter wants a guest that has all that is named")
    func guest() {
        let guest = Guest(kind: .vm, id: "vm-1", name: "web", host: nil)
        #expect(GuestFilter().matches(guest))
        #expect(!GuestFilter().matches(nil))
        #expect(GuestFilter(kind: .vm, id: "vm-1", name: "web").matches(guest))
        #expect(!GuestFilter(kind: .container).matches(guest))
        #expect(!GuestFilter(id: "vm-2").matches(guest))
        #expect(!GuestFilter(host: "esx1").matches(guest))
    }
}
