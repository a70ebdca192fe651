import EventModel
import Testing

@testable import Collectors

@Suite("Lines that runtimes split")
struct PartJoiningTests {
    private func cri(_ stream: String, _ tag: String, _ text: String, _ second: Int, _ offset: UInt64) -> FollowedLine {
        LineRig.line("2026-11-21T05:14:\(10 + second).000000000+00:00 \(stream) \(tag) \(text)", offset: offset)
    }

    @Test("parts become one event, named and timed by the first, and streams do not mix")
    func joined() throws {
        var translator = try LineRig.translator(#"{ "format": "cri" }"#)
        #expect(translator.translate(cri("stdout", "P", "one ", 0, 0)) == nil)
        #expect(translator.held["f1"] == 0)
        let between = try LineRig.event(&translator, cri("stderr", "F", "other", 1, 40))
        #expect(between.id == "logs/f1/40" && between.message == "other")
        #expect(translator.translate(cri("stderr", "P", "err ", 1, 80)) == nil)
        #expect(translator.translate(cri("stdout", "P", "two ", 2, 120)) == nil)
        #expect(translator.held["f1"] == 0)
        let whole = try LineRig.event(&translator, cri("stdout", "F", "three", 3, 160))
        #expect(whole.id == "logs/f1/0" && whole.message == "one two three")
        #expect(whole.time.rfc3339 == "2026-11-21T05:14:10Z")
        #expect(translator.held["f1"] == 0, "where nothing was open")
        let rest = translator.finish("f1")
        #expect(rest.map(\.id) == ["logs/f1/80"] && rest.first?.message == "err ")
        #expect(translator.held["f1"] == nil && translator.finish("f1").isEmpty)
    }

    @Test("reading again from the held offset gives the same events, wherever the agent stopped")
    func heldCheckpoint() throws {
        let lines = [
            cri("stdout", "P", "a", 0, 0), cri("stderr", "F", "x", 1, 50), cri("stdout", "P", "b", 2, 100),
            cri("stderr", "P", "y", 3, 150), cri("stdout", "F", "c", 4, 200), cri("stderr", "F", "z", 5, 250),
        ]
        var whole = try LineRig.translator(#"{ "format": "cri" }"#)
        let expected = Set(lines.compactMap { whole.translate($0) })
        #expect(expected.count == 3)
        for stop in 0...lines.count {
            var first = try LineRig.translator(#"{ "format": "cri" }"#)
            var told = Set(lines[..<stop].compactMap { first.translate($0) })
            let held = first.held["f1"] ?? (stop < lines.count ? lines[stop].offset : .max)
            var second = try LineRig.translator(#"{ "format": "cri" }"#)
            told.formUnion(lines.filter { $0.offset >= held }.compactMap { second.translate($0) })
            #expect(told == expected, "stopped after \(stop)")
        }
    }

    @Test("a character split between two parts is whole again")
    func splitCharacter() throws {
        var translator = try LineRig.translator(#"{ "format": "cri" }"#)
        let head = Array("2026-11-21T05:14:10.000000000Z stdout ".utf8)
        #expect(translator.translate(LineRig.line(head + Array("P a".utf8) + [0xC3], offset: 0)) == nil)
        let event = translator.translate(LineRig.line(head + Array("F ".utf8) + [0xBC] + Array("b".utf8), offset: 60))
        #expect(event?.message == "aüb")
    }

    @Test("a line of endless parts is given as far as it came, in bounded memory")
    func endless() throws {
        var translator = try LineRig.translator(#"{ "format": "cri" }"#)
        let text = String(repeating: "x", count: 60_000)
        let events = (0..<40).compactMap { translator.translate(cri("stdout", "P", text, 0, UInt64($0) * 60_100)) }
        #expect(events.count >= 1)
        #expect(events.allSatisfy { $0.data.bytes.count <= PartJoining.maximumBytes + 70_000 })
    }

    @Test("streams that take turns for ever are not held for ever")
    func turns() throws {
        var translator = try LineRig.translator(#"{ "format": "cri" }"#)
        let text = String(repeating: "x", count: 60_000)
        var held: UInt64 = 0
        for index in 0..<400 {
            let offset = UInt64(index) * 60_100
            let tag = index % 4 < 2 ? "P" : "F"
            _ = translator.translate(cri(index % 2 == 0 ? "stdout" : "stderr", index == 1 ? "P" : tag, text, 0, offset))
            held = max(held, offset - (translator.held["f1"] ?? offset))
        }
        #expect(held <= PartJoining.maximumHeld + 3 * 60_100)
    }

    @Test("Docker's parts are those without a line end")
    func docker() throws {
        var translator = try LineRig.translator(#"{ "format": "docker-json" }"#)
        #expect(
            translator.translate(LineRig.line(#"{"log":"one ","stream":"stdout","time":"2026-11-21T05:14:51Z"}"#))
                == nil)
        let event = translator.translate(
            LineRig.line(#"{"log":"two\n","stream":"stdout","time":"2026-11-21T05:14:52Z"}"#, offset: 70))
        #expect(
            event?.message == "one two" && event?.time.rfc3339 == "2026-11-21T05:14:51Z" && event?.id == "logs/f1/0")
    }
}
