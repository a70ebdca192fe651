import EventModel
import Testing

@testable import Collectors

@Suite("The formats of lines")
struct LineFormatTests {
    /// The event's data without its time members, as compact JSON.
    private func data(_ format: String, _ line: String, _ more: String = "") throws -> String {
        var translator = try LineRig.translator(#"{ "format": "\#(format)", "unmatched": "keep"\#(more) }"#)
        let event = translator.translate(LineRig.line(line))
        #expect(translator.problem == nil, "\(translator.problem ?? "")")
        return String(decoding: try #require(event).data.bytes, as: UTF8.self)
    }

    @Test(
        "JSON lines keep members, objects and numbers as they are, and find the message",
        arguments: [
            (
                #"{"time":"2026-11-21T05:14:51Z","level":"warn","msg":"a \"b\" ü","n":1.50e3,"o":{"a":[1,null]}}"#,
                #"{"message":"a \"b\" ü","time":"2026-11-21T05:14:51Z","level":"warn","msg":"a \"b\" ü","n":1.50e3,"o":{"a":[1,null]}}"#
            ),
            (#" { "message" : "x" , "ok" : true } "#, #"{"message":"x","ok":true}"#),
            (#"{}"#, #"{"message":"{}"}"#),
            (#"{"a":1,"a":2}"#, #"{"message":"{\"a\":1,\"a\":2}","a":2}"#),
        ])
    func json(line: String, data: String) throws {
        #expect(try self.data("json", line) == data)
    }

    @Test(
        "what is no JSON object is plain text, and counted",
        arguments: [
            "{", "{\"a\"}", "{\"a\":01}", "{\"a\":1}x", "[1]", "{\"a\":\"\\x\"}", "{\"a\":{\"b\":1,\"b\":2}}",
            "{\"a\":tru}",
            "{\"a\":\"\u{1}\"}", "{\"a\":1,}", "plain",
        ])
    func noJSON(line: String) throws {
        var translator = try LineRig.translator(#"{ "format": "json" }"#)
        let event = translator.translate(LineRig.line(line))
        #expect(translator.problem != nil && translator.counts.unformatted == 1)
        #expect(try LineRig.data(event) == ["message": .string(line)])
    }

    @Test("logfmt reads quotes, escapes, bare names and empty values")
    func logfmt() throws {
        #expect(
            try data("logfmt", #"level=info msg="say \"hi\"\n" empty= up path=/a/b?c=d"#)
                == #"{"message":"say \"hi\"\n","level":"info","msg":"say \"hi\"\n","empty":"","up":true,"path":"/a/b?c=d"}"#
        )
    }

    @Test("key-value finds its pairs within text")
    func keyValue() throws {
        #expect(
            try data("key-value", "dd invoked oom-killer: gfp=0xcc0(GFP_KERNEL), order=0; adj='a b'")
                == #"{"message":"dd invoked oom-killer: gfp=0xcc0(GFP_KERNEL), order=0; adj='a b'","#
                + #""gfp":"0xcc0(GFP_KERNEL","#
                + #""order":"0","adj":"a b"}"#
        )
    }

    @Test(
        "syslog in all its forms",
        arguments: [
            (
                "Nov 21 04:47:07 hv1 kernel: Linux version",
                #"{"message":"Linux version","host":"hv1","program":"kernel"}"#
            ),
            (
                "<13>Nov  1 04:47:07 hv1 su[12]: opened",
                #"{"message":"opened","facility":"user","level":"notice","host":"hv1","program":"su","pid":"12"}"#
            ),
            (
                "2026-11-21T04:47:07.123456+00:00 hv1 systemd[1]: Started x.",
                #"{"message":"Started x.","host":"hv1","program":"systemd","pid":"1"}"#
            ),
            (
                "Nov 21 04:47:07 hv1 no tag here", #"{"message":"no tag here","host":"hv1"}"#
            ),
            (
                #"<165>1 2003-10-11T22:14:15.003Z mymachine.example.com evntslog - ID47 [ex@32473 iut="3" a="x\"\]"][e2@1 k="v"] An event"#,
                #"{"message":"An event","facility":"local4","level":"notice","host":"mymachine.example.com","#
                    + #""program":"evntslog","msgid":"ID47","ex@32473.iut":"3","ex@32473.a":"x\"]","e2@1.k":"v"}"#
            ),
            (
                "<34>1 - - - - - - \u{FEFF}hello", #"{"message":"hello","facility":"auth","level":"crit"}"#
            ),
            (
                "<34>1 - h p 1 m -",
                #"{"message":"","facility":"auth","level":"crit","host":"h","program":"p","pid":"1","msgid":"m"}"#
            ),
        ])
    func syslog(line: String, data: String) throws {
        #expect(try self.data("syslog", line) == data)
    }

    @Test("Docker's lines lose their line end; the severity is syslog's own")
    func docker() throws {
        #expect(
            try data("docker-json", #"{"log":"hello\n","stream":"stdout","time":"2026-11-21T05:14:51.5Z"}"#)
                == #"{"message":"hello","log":"hello\n","stream":"stdout","time":"2026-11-21T05:14:51.5Z"}"#)
        var translator = try LineRig.translator(#"{ "format": "syslog" }"#)
        #expect(translator.translate(LineRig.line("<2>Nov 21 04:47:07 h p: x"))?.severity == .critical)
    }

    @Test("audit records: nested pairs, names given twice, hexadecimal names")
    func audit() throws {
        let line =
            "node=hv9 type=VIRT_CONTROL msg=audit(1506321923.246:470): pid=1182 exe=\"/a b\" "
            + "msg='op=start vm=77656220303220C3A4 exe=2F62696E pid=7 res=success'"
        #expect(
            try data("audit", line)
                == #"{"message":"\#(line.replacing("\"", with: "\\\""))","node":"hv9","#
                + #""type":"VIRT_CONTROL","serial":"470","pid":"1182","exe":"/a b","#
                + #""op":"start","vm":"web 02 ä","exe.2":"/bin","pid.2":"7","res":"success"}"#
        )
    }

    @Test("a regular expression gives its groups, and those called message and time their meaning")
    func regex() throws {
        var translator = try LineRig.translator(
            #"{ "format": "regex", "pattern": "^(?<time>\\S+) (?<who>\\w+)(?: x(?<gone>y))?: (?<message>.*)$", "zone": "UTC" }"#
        )
        let event = translator.translate(LineRig.line("2026-11-21T01:02:03 root: hello"))
        #expect(try LineRig.data(event) == ["message": "hello", "time": "2026-11-21T01:02:03", "who": "root"])
        #expect(event?.time.rfc3339 == "2026-11-21T01:02:03Z")
    }

    @Test("bytes that are no text become U+FFFD in the message, and are kept")
    func notText() throws {
        var translator = try LineRig.translator("{}")
        let event = translator.translate(LineRig.line([0x61, 0xFF, 0x00, 0x62]))
        #expect(try LineRig.data(event) == ["message": "a\u{FFFD}\u{0}b", "guestwatch.bytes": "Yf8AYg=="])
    }

    @Test("names that are no text, and names of our own, never stand in the data twice")
    func names() throws {
        var translator = try LineRig.translator(#"{ "format": "logfmt" }"#)
        let line = [0xFE] + Array("=1 ".utf8) + [0xFF] + Array("=2 guestwatch.bytes=x message=y".utf8)
        let data = try LineRig.data(translator.translate(LineRig.line(line)))
        #expect(data["\u{FFFD}"] == "2" && data["message"] == "y" && data["guestwatch.bytes"]?.string?.count == 48)
    }

    @Test("fields beyond the limit are counted")
    func manyFields() throws {
        var translator = try LineRig.translator(#"{ "format": "logfmt" }"#)
        let line = (0..<200).map { "k\($0)=v" }.joined(separator: " ")
        let data = try LineRig.data(translator.translate(LineRig.line(line)))
        #expect(data["guestwatch.fieldsLeftOut"] == .number("72") && data["k127"] == "v" && data["k128"] == nil)
    }
}
