import AgentCore
import EventModel
import Testing

@testable import Collectors

@Suite("The rules for lines")
struct LineRuleTests {
    private static let rules = #"""
        { "format": "syslog", "zone": "UTC", "unmatched": "drop", "pathPattern": "/(?<site>[a-z]+)\\.log$", "rules": [
          { "match": { "contains": "secret" }, "drop": true },
          { "match": { "fields": { "program": "virt*d" }, "regex": "^(?<vm>\\S+) started in (?<ms>\\d+) ms" },
            "type": "vm.powered-on", "severity": "notice", "change": "set",
            "guest": { "kind": "vm", "id": "${site}/${vm}", "name": "${vm}", "host": "${host}" },
            "fields": { "duration": "${ms} ms", "lacking": "${nothing}", "who": "${user|program}" },
            "message": "${vm} runs on ${host.name}" },
          { "match": { "field": "program", "regex": "^virt" }, "type": "host.message-logged" } ] }
        """#

    @Test("the first rule that matches makes the event, of fields, groups and what surrounds the line")
    func firstMatch() throws {
        var translator = try LineRig.translator(Self.rules)
        let line = LineRig.line(
            "Nov 21 04:47:07 hv2 virtxd[7]: web-1 started in 31 ms", path: "/var/log/brno.log", offset: 99)
        let event = try LineRig.event(&translator, line)
        #expect(event.id == "logs/f1/99" && event.source == "file://hv1" && event.type == "vm.powered-on")
        #expect(event.guest == Guest(kind: .vm, id: "brno/web-1", name: "web-1", host: "hv2"))
        #expect(event.time.rfc3339 == "2026-11-21T04:47:07Z" && event.severity == .notice && event.change == .set)
        #expect(Array(event.related) == [RelatedObject(kind: "file", id: "/var/log/brno.log")])
        #expect(
            try event.data.parsed() == [
                "message": "web-1 runs on hv1", "host": "hv2", "program": "virtxd", "pid": "7", "vm": "web-1",
                "ms": "31", "duration": "31 ms", "who": "virtxd",
            ])
        let other = translator.translate(LineRig.line("Nov 21 04:47:07 hv2 virtxd[7]: else"))
        #expect(other?.type == "host.message-logged" && other?.guest == nil)
    }

    @Test("lines of a drop rule, and those nothing matches, are filtered and counted")
    func filtered() throws {
        var translator = try LineRig.translator(Self.rules)
        #expect(translator.translate(LineRig.line("Nov 21 04:47:07 hv2 virtxd: secret started in 1 ms")) == nil)
        #expect(translator.translate(LineRig.line("Nov 21 04:47:07 hv2 cron: x")) == nil)
        #expect(translator.counts == .init(filtered: 2))
    }

    @Test("a user's rules come before the translator's, and may keep what it would drop")
    func before() throws {
        var translator = try LineRig.translator(
            #"""
            { "translator": "esxi-vobd", "unmatched": "keep",
              "rules": [ { "match": { "contains": "vmnic6" }, "type": "network.uplink-gone", "severity": "critical" } ] }
            """#)
        let lines = [
            "2020-04-30T07:25:58Z: [netCorrelator] 84us: [vob.net.vmnic.linkstate.down] vmnic vmnic6 linkstate down",
            "2020-04-30T07:25:59Z: [netCorrelator] 85us: [vob.net.vmnic.linkstate.down] vmnic vmnic5 linkstate down",
            "x",
        ]
        #expect(
            lines.map { translator.translate(LineRig.line($0)).map(LineRig.summary) } == [
                "network.uplink-gone - 2020-04-30T07:25:58Z critical",
                "network.link-down - 2020-04-30T07:25:59Z warning",
                "log.line - read info",
            ])
    }

    @Test("a guest whose id the line lacks is no guest")
    func noGuest() throws {
        var translator = try LineRig.translator(
            #"{ "format": "json", "rules": [ { "type": "vm.other", "guest": { "kind": "vm", "id": "${id}" } } ] }"#)
        #expect(translator.translate(LineRig.line(#"{"id":""}"#))?.guest == nil)
        #expect(translator.translate(LineRig.line(#"{"id":7}"#))?.guest?.id == "7")
    }

    @Test("all that is wrong is told at once, with its place")
    func problems() throws {
        let text = #"""
            { "translator": "esxi-hostt", "format": "regex", "zone": "Europe/Prag",
              "time": { "layouts": ["%Q"] },
              "rules": [ { "match": { "regex": "(" }, "type": "vm" },
                         { "match": {}, "severity": "bad", "guest": { "kind": "vm", "id": "${" } },
                         { "drop": true, "type": "vm.other" },
                         { "match": { "regex": "(?<vm>a)" }, "type": "vm.other", "guest": { "kind": "vm", "id": "${wm}" } } ] }
            """#
        let problems = #expect(throws: LineRig.Problems.self) { try LineRig.configuration(text) }
        for wanted in [
            #"translator: "esxi-hostt" is not one of"#, #"did you mean "esxi-hostd"?"#,
            #": the format "regex" needs a "pattern""#, #"zone: "Europe/Prag" is not "UTC""#,
            #"time.layouts[0]: "%Q" is not"#,
            #"rules[0].match.regex: "(" is no regular expression: missing closing parenthesis (at character 2)"#,
            #"rules[0].type: "vm" is not"#, #"rules[1].match: a match needs"#,
            #"rules[1].severity: "bad" is not one of"#,
            #"rules[1].guest.id: "${" is not"#, #"rules[1]: a rule needs a "type""#,
            #"rules[2]: a rule with "drop" makes no event"#,
        ] {
            #expect(problems?.text.contains(wanted) == true, "\(wanted) in\n\(problems?.text ?? "")")
        }
    }

    @Test("a field that no line can have is found when the configuration is read")
    func unknownFields() throws {
        let problems = #expect(throws: LineRig.Problems.self) {
            try LineRig.configuration(
                #"{ "rules": [ { "match": { "regex": "(?<vm>a)" }, "type": "vm.other", "fields": { "x": "${wm}" } } ] }"#
            )
        }
        #expect(
            problems?.text.contains(#"rules[0] asks for the field "wm", which no line has; did you mean "vm"?"#) == true
        )
    }

    @Test("a pattern that runs away is stopped, counted, and told")
    func runaway() throws {
        var translator = try LineRig.translator(
            #"{ "rules": [ { "match": { "regex": "^(a+)+$" }, "type": "vm.other" } ] }"#)
        let line = LineRig.line(String(repeating: "a", count: 60_000) + "b")
        let explanation = translator.explain(line)
        #expect(explanation.rules.first?.mismatch?.contains("too many steps") == true)
        #expect(translator.counts.gaveUp == 1)
    }

    @Test("a translator's own words for severity, without a rule's")
    func severities() throws {
        var translator = try LineRig.translator(#"{ "format": "logfmt" }"#)
        for (word, severity) in [("WARN", Severity.warning), ("fatal", .critical), ("E", .error), ("strange", .info)] {
            #expect(translator.translate(LineRig.line("level=\(word)"))?.severity == severity)
        }
    }

    @Test("explain tells the format, the fields, why rules do not match, and the event")
    func explained() throws {
        var translator = try LineRig.translator(Self.rules)
        let kept = translator.explain(LineRig.line("Nov 21 04:47:07 hv2 virtxd[7]: else"))
        #expect(kept.problem == nil && kept.fields.contains { $0 == ("program", "virtxd") })
        #expect(
            kept.rules.map { "\($0.place) \($0.mismatch ?? "yes")" } == [
                "rules[0] the line does not contain \"secret\"", "rules[1] the regular expression does not match",
                "rules[2] yes",
            ])
        if case .event(let event) = kept.outcome {
            #expect(event.type == "host.message-logged")
        } else {
            Issue.record()
        }
        let plain = translator.explain(LineRig.line("x"))
        #expect(plain.problem == "there is no time")
        if case .filtered = plain.outcome {} else { Issue.record() }
        #expect(plain.rules[1].mismatch == "there is no field \"program\"")
    }
}
