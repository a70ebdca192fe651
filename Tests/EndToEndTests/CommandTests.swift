import AgentTestKit
import EventModel
import Testing

@Suite("The command line")
struct CommandTests {
    @Test("a wrong configuration is reported all at once with places, and ends with 78")
    func wrongConfiguration() async throws {
        let workplace = try Workplace(
            configuration: [
                "journal": ["kind": "sqlit", "path": "journal.db"],
                "collectors": [
                    [
                        "name": "vc", "kind": "vsphere-events", "url": "ftp://x", "username": "u",
                        "password": "secret-word",
                        "intervall": "2s", "pageSize": 0, "interval": 5,
                    ],
                    ["name": "vc", "kind": "vsphere-event"],
                ],
                "sinks": [["name": "archive", "kind": "file", "path": "e.jsonl", "rotate": ["bytes": "100"]]],
            ])
        let (exit, output, errors) = try await workplace.run(["check"])
        #expect(exit == .code(78))
        #expect(output.isEmpty)
        let wanted = [
            #"journal.kind: "sqlit" is none of the kinds"#, #"did you mean "sqlite"?"#,
            #"collectors[0].url: "ftp://x" is not"#, #"collectors[0].password: expected a reference"#,
            #"collectors[0].intervall: unknown key; did you mean "interval"?"#, "collectors[0].pageSize:",
            #"collectors[0].interval: 5 has no unit; write "5s""#,
            #"collectors[1].kind: "vsphere-event" is none of the kinds"#,
            #"sinks[0].rotate.bytes: "100" has no unit"#,
        ]
        for text in wanted { #expect(errors.contains(text), "\(text) in \(errors)") }
        #expect(!errors.contains("secret-word"))
        #expect(errors.contains("collectors.json:3:"), "places are given: \(errors)")
    }

    @Test("an unknown option ends with 64, a missing configuration with 78")
    func usage() async throws {
        let workplace = try Workplace(configuration: ["collectors": []])
        #expect(try await workplace.run(["run", "--bogus"]).0 == .code(64))
        let (exit, _, errors) = try await workplace.run(["check", "--config", "none.json"])
        #expect(exit == .code(78))
        #expect(errors.contains("none.json"))
    }

    @Test("the schema is made of the declarations: it knows every kind and every key of the shipped configuration")
    func schema() async throws {
        let workplace = try Workplace(configuration: ["collectors": []])
        let (exit, output, _) = try await workplace.run(["schema"])
        #expect(exit == .code(0))
        let schema = try JSONDocument(Array(output.utf8)).root.value
        let kinds = schema["properties"]?["collectors"]?["items"]?["oneOf"]?.array?.compactMap {
            $0["properties"]?["kind"]?["const"]?.string
        }
        var expected = [
            "vsphere-events", "containers", "qemu", "docker", "podman", "lxc-monitor", "osctld", "file-watch",
            "command", "replay",
        ]
        #if Kafka
            expected.append("kafka")
        #endif
        #if NATS
            expected.append("nats")
        #endif
        #expect(kinds == expected)
        let script = """
            import json, sys, jsonschema
            schema, good, bad = (json.load(open(p)) for p in sys.argv[1:4])
            validator = jsonschema.Draft202012Validator(schema) if hasattr(jsonschema, "Draft202012Validator") \
                else jsonschema.Draft7Validator(schema)
            validator.check_schema(schema)
            assert validator.is_valid(good), list(validator.iter_errors(good))
            assert not validator.is_valid(bad)
            """
        try #require(TestFile.write(Array(output.utf8), to: workplace.folder.path("schema.json")))
        try #require(
            TestFile.write(
                #"{"collectors":[{"name":"a","kind":"nothing"}]}"#.utf8, to: workplace.folder.path("bad.json")))
        let python = try ChildProcess(
            .init(
                "/usr/bin/env",
                [
                    "python3", "-c", script, workplace.folder.path("schema.json"), PackageRoot["collectors.json"],
                    workplace.folder.path("bad.json"),
                ]))
        #expect(try await python.waitForExit(limit: .seconds(60)) == .code(0), "\(python.errors)")
    }

    @Test("Docs/Events.md is what the catalogue says")
    func documentation() async throws {
        let (exit, output, _) = try await Workplace(configuration: ["collectors": []]).run(["types", "--markdown"])
        #expect(exit == .code(0))
        #expect(TestFile.text(PackageRoot["Docs/Events.md"])?.hasSuffix(output) == true)
    }

    @Test("Docs/Metrics.md is what the command says")
    func metrics() async throws {
        let (exit, output, _) = try await Workplace(configuration: ["collectors": []]).run(["metrics", "--markdown"])
        #expect(exit == .code(0) && output.contains("`guestwatch_sink_committed_entries_total`"))
        #expect(TestFile.text(PackageRoot["Docs/Metrics.md"]) == output)
    }

    #if Kafka && MQTT && NATS && PostgreSQL && RabbitMQ && Redis
        @Test("Docs/Configuration.md is what the schema says")
        func reference() async throws {
            let (exit, output, _) = try await Workplace(configuration: ["collectors": []]).run(["schema", "--markdown"])
            #expect(exit == .code(0) && output.count > 10_000)
            #expect(TestFile.text(PackageRoot["Docs/Configuration.md"]) == output)
        }
    #endif

    @Test("check --connect logs in and reads a page; a wrong password is 77, nobody there is 69")
    func checkConnect() async throws {
        let vcenter = FixtureVCenter()
        vcenter.append(FixtureEvent("VmPoweredOnEvent", vm: .vm(41)))
        let server = try LoopbackServer(answering: vcenter.answer)
        let workplace = try Workplace(configuration: Workplace.configuration(url: "\(server.url)/sdk"))
        let right = try await workplace.run(
            ["check", "--connect"], environment: ["PASSWORD": FixtureSettings().password])
        #expect(right.0 == .code(0), "\(right.2)")
        #expect(right.1.contains("vc: "))
        let wrong = try await workplace.run(["check", "--connect"], environment: ["PASSWORD": "wrong"])
        #expect(wrong.0 == .code(77), "\(wrong.2)")
        #expect(vcenter.counters.sessions == 0)
        #expect(vcenter.counters.collectors == 0)
        server.stop()
        let nobody = try await workplace.run(["check", "--connect"], environment: ["PASSWORD": "x"])
        #expect(nobody.0 == .code(69), "\(nobody.2)")
    }

    @Test("SIGTERM stops in order: nothing is left on the server, the last event is in the archive, status 0")
    func stops() async throws {
        let vcenter = FixtureVCenter()
        let server = try LoopbackServer(answering: vcenter.answer)
        defer { server.stop() }
        let workplace = try Workplace(configuration: Workplace.configuration(url: "\(server.url)/sdk"))
        let agent = try await workplace.startAgent()
        let key = vcenter.append(FixtureEvent("VmPoweredOffEvent", vm: .vm(41)))
        try await waitUntil("the event is in the archive") { try await workplace.archive().keys == [key] }
        agent.terminate()
        #expect(try await agent.waitForExit() == .code(0), "\(agent.errors)")
        #expect(vcenter.counters.sessions == 0)
        #expect(vcenter.counters.collectors == 0)
        #expect(try await workplace.archive().last?.event.type == "agent.stopped")
    }

    @Test("what record makes, replay and test accept; no secret is in it")
    func record() async throws {
        let vcenter = FixtureVCenter()
        for number in 1...25 { vcenter.append(FixtureEvent("VmPoweredOnEvent", vm: .vm(number))) }
        let server = try LoopbackServer(answering: vcenter.answer)
        let workplace = try Workplace(
            configuration: Workplace.configuration(url: "\(server.url)/sdk", changes: [.init("pageSize", 10)]))
        let password = FixtureSettings().password
        let recorded = try await workplace.run(
            ["record", "vc", "--out", "case", "--events", "25", "--seconds", "20"], environment: ["PASSWORD": password])
        #expect(recorded.0 == .code(0), "\(recorded.2)")
        server.stop()
        let tested = try await workplace.run(["test", "case"])
        #expect(tested.0 == .code(0), "\(tested.1)\(tested.2)")
        #expect(tested.1.contains("passed case: 25 events"), "\(tested.1)")
        let replayed = try await workplace.run(["replay", "case"])
        #expect(try Workplace.events(of: replayed.1).keys == vcenter.events.map(\.key))
        let search = try ChildProcess(
            .init(
                "/bin/grep",
                ["-rlE", "-e", "s3cr", "-e", "vmware_soap_session=\"?[^B\"]", workplace.folder.path("case")]))
        #expect(try await search.waitForExit() == .code(1), "secrets in \(search.output)")
        let expected = workplace.folder.path("case/expected.jsonl")
        let lines = try #require(TestFile.text(expected)).split(separator: "\n")
        try #require(TestFile.write(lines.dropFirst().joined(separator: "\n").utf8, to: expected))
        let failed = try await workplace.run(["test", "case"])
        #expect(failed.0 == .code(1))
        #expect(failed.1.contains("+ {"), "\(failed.1)")
        #expect(try await workplace.run(["test", "--update", "case"]).0 == .code(0))
        #expect(try await workplace.run(["test", "case"]).0 == .code(0))
    }
}
