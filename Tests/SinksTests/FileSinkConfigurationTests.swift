import AgentCore
import EventModel
import Testing

@testable import Sinks

@Suite struct FileSinkConfigurationTests {
    @Test("everything but the path has a default")
    func defaults() throws {
        let configuration = try read(#"{"path":"events.jsonl"}"#, as: FileSinkConfiguration.self)
        #expect(
            configuration == FileSinkConfiguration(path: "/etc/guestwatch/events.jsonl", rotate: nil, fsync: .batch))
    }

    @Test("everything can be set")
    func full() throws {
        let text = #"""
            {"path":"/var/log/e.jsonl","rotate":{"bytes":"100MiB","age":"1d","keep":10,"compress":false},"fsync":"500ms"}
            """#
        #expect(
            try read(text, as: FileSinkConfiguration.self)
                == FileSinkConfiguration(
                    path: "/var/log/e.jsonl",
                    rotate: .init(bytes: 100 << 20, age: .seconds(86_400), keep: 10, compress: false),
                    fsync: .interval(.milliseconds(500))))
        #expect(
            try read(#"{"path":"/e","fsync":"never"}"#, as: FileSinkConfiguration.self).fsync == .never)
    }

    @Test(
        "what is wrong is told with its path and remedy",
        arguments: [
            ("{}", [#": "path" is missing: a path"#]),
            (
                #"{"path":"/e","fsync":"5"}"#,
                [#"fsync: expected "batch", "never" or a duration such as "1s", not "5""#]
            ),
            (
                #"{"path":"/e","rotate":{}}"#,
                [#"rotate: "bytes" or "age" is missing: when to begin a new file"#]
            ),
            (
                #"{"path":"/e","rotate":{"bytes":"1B","age":"1ms","keep":0}}"#,
                [
                    #"rotate.keep: expected a whole number from 1 to 10000, not 0"#,
                    #"rotate: bytes: too small to hold events; write "4KiB" or more"#,
                    #"rotate: age: too short to hold events; write "1s" or more"#,
                ]
            ),
            (
                #"{"path":"/e","rotate":{"bites":"100MiB"}}"#,
                [
                    #"rotate: "bytes" or "age" is missing: when to begin a new file"#,
                    #"rotate.bites: unknown key; did you mean "bytes"?"#,
                ]
            ),
        ])
    func wrong(text: String, expected: [String]) {
        #expect(problems(text, of: FileSinkConfiguration.self).sorted() == expected.sorted())
    }

    @Test(
        "lines are forced to the disk with each batch, after a time, or never",
        arguments: [
            (FileSinkConfiguration.Fsync.batch, 0, true), (.never, 1_000_000, false),
            (.interval(.seconds(5)), 4, false),
            (.interval(.seconds(5)), 5, true), (.interval(.seconds(5)), -1, true),
        ])
    func fsync(policy: FileSinkConfiguration.Fsync, elapsed: Int, isDue: Bool) {
        let last = Timestamp(nanoseconds: 1_795_241_880_000_000_000)
        #expect(policy.isDue(since: last, now: last.advanced(by: .seconds(elapsed))) == isDue)
        #expect(policy.isDue(since: Timestamp(nanoseconds: .min), now: last) == (policy != .never))
    }
}
