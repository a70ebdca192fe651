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
}
