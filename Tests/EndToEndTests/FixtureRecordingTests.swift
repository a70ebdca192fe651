import AgentTestKit
import EventModel
import Testing

/// The fixtures that vcsim cannot make: recorded by `guestwatch record` from the fixture vCenter, which keeps to the
/// documented behaviour of the real one. `GOLDEN=update` records them anew into `Fixtures`.
@Suite("The recorded fixtures", .serialized)
struct FixtureRecordingTests {
    /// A case: how the server behaves, what happens there, and how many events come of it.
    struct Scenario: CustomStringConvertible, Sendable {
        var name: String
        var settings = FixtureSettings()
        var changes: [JSONValue.Member] = []
        var events: Int
        var prepare: @Sendable (FixtureVCenter, TestClock) -> Void

        var description: String { name }
    }

    static let folder = PackageRoot["Fixtures/vsphere-events"]

    @Test("what record makes of the same session is what is shipped", arguments: scenarios)
    func recorded(scenario: Scenario) async throws {
        let clock = TestClock()
        let vcenter = FixtureVCenter(scenario.settings, clock: clock.clock)
        scenario.prepare(vcenter, clock)
        let server = try LoopbackServer(answering: vcenter.answer)
        defer { server.stop() }
        var changes: [JSONValue.Member] = [
            .init("username", .string(scenario.settings.userName)), .init("interval", "50ms"),
        ]
        changes += scenario.changes
        let workplace = try Workplace(
            configuration: Workplace.configuration(url: "\(server.url)/sdk", changes: changes))
        let (exit, output, errors) = try await workplace.run(
            ["record", "vc", "--out", "case", "--events", "\(scenario.events)", "--seconds", "30"],
            environment: ["PASSWORD": scenario.settings.password])
        #expect(exit == .code(0), "\(errors)")
        #expect(output.contains("\(scenario.events) events"), "\(output)\(errors)")
        #expect(vcenter.counters.sessions == 0 && vcenter.counters.collectors == 0, "nothing is left on the server")
        let shipped = "\(Self.folder)/\(scenario.name)"
        if Environment["GOLDEN"] == "update" {
            try await ship(workplace.folder.path("case"), as: shipped)
        }
        let expected = try Workplace.events(of: try #require(TestFile.text("\(shipped)/expected.jsonl")))
        let recorded = try Workplace.events(
            of: try #require(TestFile.text(workplace.folder.path("case/expected.jsonl"))))
        // The address is another at each recording; all else is the same.
        #expect(recorded.map(\.event.id) == expected.map(\.event.id))
        #expect(recorded.map(\.event.type) == expected.map(\.event.type))
        #expect(recorded.map(\.event.data) == expected.map(\.event.data))
    }

    @Test(
        "a session of vcsim is recorded anew",
        .enabled(if: Environment["GOLDEN"] == "update", "records only with GOLDEN=update"))
    func simulatorSession() async throws {
        let simulator = try await VCSim.start(VCSim.Model(machines: 4))
        let driver = try await simulator.driver()
        let workplace = try Workplace(configuration: VSphereEndToEndTests.configuration(simulator))
        let recorder = try workplace.start(
            ["record", "vc", "--out", "case", "--events", "85", "--seconds", "60"],
            environment: VSphereEndToEndTests.environment(simulator))
        for round in 1...3 {
            for machine in try await driver.machines() {
                if machine.isOn { try await driver.powerOff(machine) } else { try await driver.powerOn(machine) }
                try await ContinuousClock().sleep(for: .milliseconds(900))
            }
            let machines = try await driver.machines()
            let clone = try await driver.clone(machines[0], as: "web-\(round)")
            try await ContinuousClock().sleep(for: .milliseconds(900))
            try await driver.reconfigure(clone, memoryMB: 64 * round)
            try await driver.powerOn(clone)
            try await ContinuousClock().sleep(for: .milliseconds(900))
            if round > 1 {
                try await driver.powerOff(clone)
                try await driver.destroy(clone)
            }
        }
        recorder.signal(2)
        #expect(try await recorder.waitForExit() == .code(0), "\(recorder.errors)")
        try await simulator.stop()
        try await ship(workplace.folder.path("case"), as: "\(Self.folder)/vcenter-session")
    }

    private func ship(_ folder: String, as shipped: String) async throws {
        let script = "rm -rf \"$1\" && mkdir -p \"$1\" && cp -r \"$2\"/. \"$1\""
        let copy = try ChildProcess(.init("/bin/sh", ["-c", script, "sh", shipped, folder]))
        #expect(try await copy.waitForExit() == .code(0), "\(copy.errors)")
    }

    @Test("every shipped fixture passes")
    func shipped() async throws {
        var program = ChildProcess.Program(
            "/bin/sh", ["-c", "exec \"$0\" test Fixtures/*/*/", BuiltProduct.path("guestwatch")],
            directory: PackageRoot.path)
        program.environment["SWIFT_BACKTRACE"] = "enable=no"
        let command = try ChildProcess(program)
        #expect(try await command.waitForExit(limit: .seconds(120)) == .code(0), "\(command.output)\(command.errors)")
        #expect(command.output.contains(" 0 failed"))
    }

    /// Power events of a few machines, a second apart.
    static func power(_ count: Int, on vcenter: FixtureVCenter, _ clock: TestClock, visible: Bool = true) {
        for number in 0..<count {
            clock.advance(by: .seconds(1))
            let isOn = number.isMultiple(of: 2)
            var event = FixtureEvent(
                isOn ? "VmPoweredOnEvent" : "VmPoweredOffEvent", vm: .vm(41 + number / 2 % 5),
                message: "Virtual machine is powered \(isOn ? "on" : "off")", extra: "<template>false</template>")
            event.isVisible = visible
            vcenter.append(event)
        }
    }

    static var scenarios: [Scenario] {
        [sessionExpiry, collectorLost, storm, keyWrap, invisibleGap, unknownClasses, allClasses, faults, hostSession]
    }

    static var sessionExpiry: Scenario {
        Scenario(name: "session-expiry", changes: [.init("pageSize", 5)], events: 20) { vcenter, clock in
            power(20, on: vcenter, clock)
            vcenter.plan(.expireSession, at: "ReadNextEvents", calls: 3...3)
        }
    }

    static var collectorLost: Scenario {
        Scenario(name: "collector-lost", changes: [.init("pageSize", 5)], events: 20) { vcenter, clock in
            power(20, on: vcenter, clock)
            vcenter.plan(.destroyCollectors, at: "ReadNextEvents", calls: 2...2)
        }
    }

    static var storm: Scenario {
        Scenario(name: "storm", changes: [.init("pageSize", 50)], events: 300) { vcenter, clock in
            for _ in 0..<30 {
                // Ten events of one moment: pages end in the middle of it.
                clock.advance(by: .milliseconds(7))
                vcenter.append((0..<10).map { FixtureEvent("VmReconfiguredEvent", vm: .vm(41 + $0)) })
            }
        }
    }

    static var keyWrap: Scenario {
        var scenario = Scenario(name: "key-wrap", changes: [.init("pageSize", 4)], events: 16) { vcenter, clock in
            power(16, on: vcenter, clock)
        }
        scenario.settings.firstKey = Int32.max - 7
        return scenario
    }

    static var invisibleGap: Scenario {
        Scenario(name: "invisible-gap", changes: [.init("pageSize", 10)], events: 13) { vcenter, clock in
            power(6, on: vcenter, clock)
            power(25, on: vcenter, clock, visible: false)
            power(7, on: vcenter, clock)
        }
    }

    static var unknownClasses: Scenario {
        Scenario(name: "unknown-classes", events: 7) { vcenter, clock in
            power(2, on: vcenter, clock)
            vcenter.append(
                FixtureEvent(
                    "VmTeleportedEvent", vm: .vm(41),
                    extra:
                        "<destination><planet>Mars</planet><hops>3</hops></destination><reason>a &lt; b &amp; c</reason>"
                ))
            vcenter.append(FixtureEvent("HostDreamedEvent", extra: "<dream>electric sheep</dream>"))
            vcenter.append(FixtureEvent("CloudBurstEvent", host: nil))
            var damaged = FixtureEvent("VmPoweredOnEvent")
            damaged.rawContent = "<key>no number</key><createdTime>yesterday</createdTime><note>kept</note>"
            vcenter.append(damaged)
            power(1, on: vcenter, clock)
        }
    }

    static var allClasses: Scenario {
        let names = (TestFile.text(PackageRoot["Sources/CVSphereTables/event-classes.tsv"]) ?? "")
            .split(separator: "\n").dropFirst().map { String($0.prefix { $0 != "\t" }) }.filter { $0 != "Event" }
        return Scenario(name: "all-classes", events: names.count) { vcenter, clock in
            for name in names {
                clock.advance(by: .seconds(1))
                let isOfVM = name.hasPrefix("Vm") || name.hasPrefix("Customization") || name.hasPrefix("Migration")
                vcenter.append(FixtureEvent(name, vm: isOfVM ? .vm(41) : nil, message: "\(name) happened"))
            }
        }
    }

    static var faults: Scenario {
        Scenario(name: "faults", changes: [.init("pageSize", 3)], events: 12) { vcenter, clock in
            power(12, on: vcenter, clock)
            vcenter.plan(.expireSession, at: "CreateCollectorForEvents", calls: 1...1)
            vcenter.plan(.fault(.invalidState), at: "CreateCollectorForEvents", calls: 2...2)
            vcenter.plan(.fault(.notFound("EventHistoryCollector", "x")), at: "ReadNextEvents", calls: 2...2)
            vcenter.plan(.httpStatus(503), at: "ReadNextEvents", calls: 4...4)
            vcenter.plan(
                .fault(VimFault("SystemError", message: "A general system error occurred")), at: "ReadNextEvents",
                calls: 6...6)
            vcenter.plan(.malformed(atEvent: 1), at: "ReadNextEvents", calls: 8...8)
        }
    }

    static var hostSession: Scenario {
        Scenario(name: "esxi-session", settings: .esxi, events: 8) { vcenter, clock in
            var login = FixtureEvent("UserLoginSessionEvent", message: "User root@127.0.0.1 logged in")
            (login.userName, login.datacenter, login.computeResource) = ("root", nil, nil)
            vcenter.append(login)
            power(7, on: vcenter, clock)
        }
    }
}
