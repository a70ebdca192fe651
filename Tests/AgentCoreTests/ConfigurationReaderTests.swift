import AgentCore
import EventModel
import Testing

@Suite struct ConfigurationReaderTests {
    private static let smallest = #""url":"https://vc1/sdk","password":{"env":"PW"}"#

    @Test("what is left out has its default")
    func defaults() throws {
        let (value, problems) = try WatchConfiguration.read("{\(Self.smallest)}")
        #expect(problems == [])
        #expect(value.url == "https://vc1/sdk")
        #expect(value.password == .environment("PW"))
        #expect(value.interval == .seconds(2))
        #expect(value.limit == 1 << 20)
        #expect(value.mode == .poll)
        #expect(value.trust == nil && value.path == nil && value.types == [])
    }

    @Test("everything that is given is read")
    func full() throws {
        let (value, problems) = try WatchConfiguration.read(
            #"""
            {"url":"http://[::1]:8989/sdk?a=b@c","password":{"file":"secrets/pw"},"interval":"500ms","limit":"4GiB","pageSize":1,
             "mode":"push","trust":{"thumbprint":"AA:BB","verify":false},"types":["vm.*","host.disconnected","*"],"path":"a/b"}
            """#)
        #expect(problems == [])
        #expect(value.url == "http://[::1]:8989/sdk?a=b@c")
        #expect(value.password == .file("/etc/guestwatch/secrets/pw"))
        #expect(value.interval == .milliseconds(500))
        #expect(value.limit == 4 << 30)
        #expect(value.pageSize == 1)
        #expect(value.mode == .push)
        #expect(value.trust?.thumbprint == "AA:BB" && value.trust?.verify == false)
        #expect(value.types.map(\.text) == ["vm.*", "host.disconnected", "*"])
        #expect(value.path == "/etc/guestwatch/a/b")
    }

    @Test(
        "YK-44, YK-45: a capacity is the number that is given; none and a text are errors, left out it has its default")
    func capacities() throws {
        #expect(try WatchConfiguration.read("{\(Self.smallest),\"pageSize\":123}").0.pageSize == 123)
        #expect(try WatchConfiguration.read("{\(Self.smallest)}").0.pageSize == 1000)
        for wrong in ["0", "\"xyz\"", "\"123\""] {
            let (_, problems) = try WatchConfiguration.read("{\(Self.smallest),\"pageSize\":\(wrong)}")
            #expect(problems.count == 1 && problems[0].contains("pageSize: expected a whole number"), "\(problems)")
        }
    }

    @Test("all problems are reported at once, each with its path, in the order of the file")
    func all() throws {
        let (_, problems) = try WatchConfiguration.read(
            #"""
            {"pasword":"x","url":"ftp://vc1","interval":"5","limit":100,"pageSize":0,"mode":"pol","trust":{"verify":"yes"},
             "types":["vm.*","VM.x",5],"path":"","intervall":"5s"}
            """#)
        #expect(
            problems == [
                #"collectors[0]: "password" is missing: a reference, { "env": NAME } or { "file": PATH }"#,
                #"collectors[0].pasword: unknown key; did you mean "password"?"#,
                #"collectors[0].url: "ftp://vc1" is not a URL that begins with https:// or http://"#,
                #"collectors[0].interval: "5" has no unit; write "5s""#,
                #"collectors[0].limit: 100 has no unit; write "100MiB""#,
                #"collectors[0].pageSize: expected a whole number from 1 to 1000, not 0"#,
                #"collectors[0].mode: "pol" is not one of "poll", "push"; did you mean "poll"?"#,
                #"collectors[0].trust: "thumbprint" is missing: a text"#,
                #"collectors[0].trust.verify: expected true or false, not "yes""#,
                #"collectors[0].types[1]: "VM.x" is not an event type such as "vm.powered-on" or "vm.*""#,
                #"collectors[0].types[2]: expected an event type such as "vm.powered-on" or "vm.*", not 5"#,
                #"collectors[0].path: expected a path, not """#,
                #"collectors[0].intervall: unknown key; did you mean "interval"?"#,
            ])
    }

    @Test(
        "each wrong value is told with what was expected",
        arguments: [
            (#""interval":"5 s""#, #"interval: expected a duration such as "5s" (units: ms, s, m, h, d), not "5 s""#),
            (#""interval":"-5s""#, #"interval: expected a duration such as "5s" (units: ms, s, m, h, d), not "-5s""#),
            (#""interval":"1.5s""#, #"interval: expected a duration such as "5s" (units: ms, s, m, h, d), not "1.5s""#),
            (#""interval":"s""#, #"interval: expected a duration such as "5s" (units: ms, s, m, h, d), not "s""#),
            (#""interval":"""#, #"interval: expected a duration such as "5s" (units: ms, s, m, h, d), not """#),
            (#""interval":5"#, #"interval: 5 has no unit; write "5s""#),
            (
                #""interval":"99999999999999999999s""#,
                #"interval: expected a duration such as "5s" (units: ms, s, m, h, d), not "99999999999999999999s""#
            ),
            (
                #""interval":"40000d""#,
                #"interval: expected a duration such as "5s" (units: ms, s, m, h, d), not "40000d""#
            ),
            (#""interval":null"#, #"interval: expected a duration such as "5s" (units: ms, s, m, h, d), not null"#),
            (#""limit":"5MB""#, #"limit: expected a size such as "100MiB" (units: B, KiB, MiB, GiB, TiB), not "5MB""#),
            (
                #""limit":"9000000TiB""#,
                #"limit: expected a size such as "100MiB" (units: B, KiB, MiB, GiB, TiB), not "9000000TiB""#
            ),
            (#""pageSize":"10""#, #"pageSize: expected a whole number from 1 to 1000, not "10""#),
            (#""pageSize":1.0"#, "pageSize: expected a whole number from 1 to 1000, not 1.0"),
            (#""pageSize":1001"#, "pageSize: expected a whole number from 1 to 1000, not 1001"),
            (#""pageSize":1e2"#, "pageSize: expected a whole number from 1 to 1000, not 1e2"),
            (#""mode":[]"#, #"mode: a list is not one of "poll", "push""#),
            (#""mode":"watch""#, #"mode: "watch" is not one of "poll", "push""#),
            (#""trust":[]"#, "trust: expected an object, not a list"),
            (#""types":{}"#, "types: expected a list, not an object"),
            (#""path":{}"#, "path: expected a path, not an object"),
            (#""mode":"push""#, #""mode": "push" needs a "path""#), (#""x":1"#, "x: unknown key"),
        ])
    func wrong(member: String, expected: String) throws {
        let (_, problems) = try WatchConfiguration.read("{\(Self.smallest),\(member)}")
        let isWhole = expected.hasPrefix("\"")
        #expect(problems == [isWhole ? "collectors[0]: \(expected)" : "collectors[0].\(expected)"])
    }

    @Test("problems carry the place in the file")
    func offset() throws {
        let text = "{\n  \(Self.smallest),\n  \"mode\": \"x\"\n}"
        let document = try JSONDocument(Array(text.utf8))
        guard case .object(let members, _) = document.root else { return }
        var reader = ConfigurationReader(members: members, path: .init(), directory: "")
        _ = WatchConfiguration(from: &reader)
        let problem = try #require(reader.finish().first)
        #expect(document.position(of: problem.path.offset).description == "3:11")
    }

    @Test(
        "no message repeats what may be a secret, wherever it was written",
        arguments: [
            #"{"password":"hunter2","url":"https://vc1"}"#, #"{"password":{"value":"hunter2"},"url":"https://vc1"}"#,
            #"{"password":{"env":"A","file":"hunter2"},"url":"https://vc1"}"#,
            #"{"password":["hunter2"],"url":"https://vc1"}"#,
            #"{"password":{"env":["hunter2"]},"url":"https://vc1"}"#, #"{"pasword":"hunter2","url":"https://vc1"}"#,
            #"{"password":{"env":"A"},"url":"https://root:hunter2@vc1/sdk"}"#,
            #"{"password":{"env":"A"},"url":"root:hunter2@vc1"}"#,
            #"{"password":{"env":"A"},"url":"https://root:hunter2@vc 1"}"#,
            #"{"password":{"hunter2"},"url":"https://vc1"}"#, #"{"password":hunter2,"url":"https://vc1"}"#,
            #"{"password":"hunter2,"url":"https://vc1"}"#,
        ])
    func secrets(text: String) {
        var messages: [String]
        do {
            messages = try WatchConfiguration.read(text).1
        } catch {
            messages = ["\(error)"]
        }
        #expect(!messages.isEmpty)
        for message in messages { #expect(!message.contains("hunter2")) }
    }

    @Test(
        "the word somebody meant is found, and none where nothing is near",
        arguments: [
            ("intervall", "interval"), ("intervl", "interval"), ("Interval", "interval"), ("pagesize", "pageSize"),
            ("interval", "interval"), ("x", nil), ("completely-different", nil), ("", nil),
            (String(repeating: "interval", count: 10_000), nil),
        ] as [(String, String?)])
    func spelling(word: String, meant: String?) {
        #expect(Spelling.nearest(to: word, in: ["interval", "pageSize", "password"]) == meant)
    }
}
