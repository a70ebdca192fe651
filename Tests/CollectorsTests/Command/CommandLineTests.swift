import AgentCore
import AgentTestKit
import EventModel
import Testing

@testable import Collectors

@Suite struct CommandLineTests {
    private func decode(_ text: String) throws -> CommandLine {
        try CommandLine.decode(Array(text.utf8), source: "command://hv1/x", now: .test(7))
    }

    @Test("what an event leaves out is filled in, the same for the same line")
    func completed() throws {
        guard case .event(let event) = try decode(#"{"type":"vm.powered-on"}"#) else { throw Failure() }
        #expect(event.type == "vm.powered-on")
        #expect(event.source == "command://hv1/x")
        #expect(event.time == .test(7))
        #expect(event.id.hasPrefix("line/"))
        guard
            case .event(let again) = try CommandLine.decode(
                Array(#"{"type":"vm.powered-on"}"#.utf8), source: "command://hv1/x", now: .test(99))
        else { throw Failure() }
        #expect(again.id == event.id)
    }

    @Test("a whole CloudEvent is taken as it is")
    func whole() throws {
        let event = Event(
            id: "a", source: "b://c", type: "vm.other", time: .test(1), severity: .warning,
            guest: Guest(kind: .vm, id: "7", name: "db"), data: JSONText(["x": 1]))
        #expect(try decode(String(decoding: EventEncoder.encode(event), as: UTF8.self)) == .event(event))
    }

    @Test(
        "a checkpoint is any JSON value, an empty line nothing",
        arguments: [
            (#"{"checkpoint":17}"#, CommandLine.checkpoint(JSONText(17))),
            (#"{"checkpoint":{"a":[1]}}"#, .checkpoint(JSONText(["a": [1]]))), (" \t\r", .empty),
        ])
    func checkpoints(text: String, line: CommandLine) throws {
        #expect(try decode(text) == line)
    }

    @Test(
        "anything else is refused with its reason",
        arguments: [
            ("hello", "not JSON"), ("[1]", "not a JSON object"), ("{}", "type: missing"), (#"{"type":""}"#, "type"),
            (#"{"type":"vm.x","severity":"bad"}"#, "severity"), (#"{"type":"vm.x","time":"noon"}"#, "time"),
            (#"{"type":"vm.x","subject":"7"}"#, "subject"), (#"{"type":"vm.x","data":5}"#, "data"),
        ])
    func refused(text: String, reason: String) {
        let error = #expect(throws: EventDecodingError.self) { try decode(text) }
        #expect(error?.description.contains(reason) == true)
    }

    @Test("a checkpoint that has no room in an environment is refused")
    func longCheckpoint() {
        let long = String(repeating: "x", count: CommandLine.checkpointLimit)
        #expect(throws: EventDecodingError.self) { try decode("{\"checkpoint\":\"\(long)\"}") }
    }

    @Test("lines that cannot be read have the same ids when they are written again after the checkpoint")
    func refusedIDs() throws {
        var first = CommandReading(source: "command://hv1/x", collector: "x")
        func ids(_ reading: inout CommandReading, _ lines: [String]) -> [String] {
            lines.compactMap { reading.take(Array($0.utf8), isCut: false, limit: 9, now: .test(0))?.id }
        }
        _ = ids(&first, ["junk", #"{"checkpoint":1}"#])
        let told = ids(&first, ["junk", "junk", "rubbish"])
        var second = try CommandReading(first.encoded(), source: "command://hv1/x", collector: "x")
        #expect(ids(&second, ["junk", "junk", "rubbish"]) == told)
        #expect(Set(told).count == 3)
        #expect(throws: CollectorError.self) {
            try CommandReading(Checkpoint(version: 1, bytes: [0x7B]), source: "", collector: "")
        }
    }

    struct Failure: Error {}
}

extension CommandLineTests {
    @Test("damaged lines are refused or taken, and never more")
    func damaged() {
        var random = SeededGenerator(test: 99)
        let lines = [
            #"{"type":"vm.powered-on","id":"a","time":"2026-01-02T03:04:05Z","subject":"vm/7","data":{"x":[1,"é"]}}"#,
            #"{"checkpoint":{"file":"a","offset":12345}}"#, "'web1' changed state to [RUNNING]",
            "'web1' exited with status [0]",
        ]
        for _ in 0..<5000 {
            var bytes = Array((lines.randomElement(using: &random) ?? "").utf8)
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                bytes[place] = UInt8.random(in: 0...255, using: &random)
            }
            _ = try? LXCMonitorLine.decode(bytes)
            guard case .event(let event)? = try? CommandLine.decode(bytes, source: "command://x/y", now: .test(0))
            else {
                continue
            }
            #expect((try? EventDecoder.decode(EventEncoder.encode(event)).event) == event)
        }
    }
}
