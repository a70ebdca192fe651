import EventModel
import Foundation
import Testing

@testable import VSphere

@Suite struct DamageTests {
    /// A page with a damaged event between two sound ones, whose text has entities and letters beyond ASCII.
    private func middle(_ damaged: String, limits: DecodingLimits = DecodingLimits()) throws -> VSphereEvent {
        let note = "<note>a &amp; b &lt; ü &#233;</note>"
        let bytes = Wire.page(Wire.event(key: 1, note), damaged, Wire.event(key: 3, note))
        let page = try Wire.decode(bytes, limits: limits)
        try #require(page.events.count == 3)
        for (event, key) in [(page.events[0], 1), (page.events[2], 3)] {
            #expect(event.damage == nil)
            #expect(event.key == Int32(key))
            #expect(try event.fields.parsed()["note"] == "a & b < ü é")
        }
        _ = try page.events[1].fields.parsed()
        return page.events[1]
    }

    @Test(
        "an event that lacks what it must have is told apart and keeps the rest",
        arguments: [
            ("<createdTime>2026-01-01T00:00:00Z</createdTime>", "no <key>"),
            ("<key>5</key>", "no <createdTime>"),
            ("<key>x</key><createdTime>2026-01-01T00:00:00Z</createdTime>", "<key> is no 32-bit integer"),
            ("<key>2147483648</key><createdTime>2026-01-01T00:00:00Z</createdTime>", "<key> is no 32-bit integer"),
            ("<key/><createdTime>2026-01-01T00:00:00Z</createdTime>", "<key> is no 32-bit integer"),
            ("<key><a/></key><createdTime>2026-01-01T00:00:00Z</createdTime>", "<key> is no 32-bit integer"),
            ("<key>5</key><createdTime>yesterday</createdTime>", "<createdTime> is no time"),
            ("<key>5</key><createdTime>2026-02-30T00:00:00Z</createdTime>", "<createdTime> is no time"),
            ("<key>5</key><key>6</key><createdTime>2026-01-01T00:00:00Z</createdTime>", "given twice"),
        ])
    func missing(_ children: String, _ reason: String) throws {
        let event = try middle("<returnval xsi:type=\"VmEvent\">\(children)<extra>kept</extra></returnval>")
        #expect(try #require(event.damage).contains(reason))
        #expect(try event.fields.parsed()["extra"] == "kept")
    }

    @Test(
        "broken text damages its own event only",
        arguments: [
            "<note>a\u{1}b</note>", "<note>a &nosuch; b</note>", "<note>a & b;</note>", "<note>&#1;</note>",
            "<note>&#xFFFFFF;</note>", "<note>]]></note>", "<nsx:note>x</nsx:note>", "<note a=\"1\" a=\"2\"/>",
        ])
    func brokenText(_ child: String) throws {
        let event = try middle(Wire.event("VmEvent", key: 2, child + "<after>x &amp; y</after>"))
        #expect(try #require(event.damage).contains("XML is broken"))
        #expect(event.key == 2)
        #expect(try event.fields.parsed()["after"] == "x & y")
    }

    @Test("bytes that are not UTF-8 damage their own event only")
    func notUTF8() throws {
        for bytes: [UInt8] in [
            [0xFF], [0xC3], [0xE2, 0x82], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xE9, 0x20], [0xC1, 0xBF],
        ] {
            let parts = Wire.page(
                Wire.event(key: 1, "<n>ü</n>"), Wire.event(key: 2, "<n>a@@b</n>"), Wire.event(key: 3, "<n>ü</n>"),
                // Illegal in UTF-8 only: so the text is still read as that.
                Wire.event(key: 4, "<n>\u{FFFE}</n>")
            )
            .components(separatedBy: "@@")
            let page = try Wire.decode(Array(parts[0].utf8) + bytes + Array(parts[1].utf8))
            #expect(page.events.map(\.key) == [1, 2, 3, 4])
            #expect(page.events.map { $0.damage != nil } == [false, true, false, true], "\(bytes)")
            #expect(try page.events[2].fields.parsed()["n"] == "ü")
            _ = try page.events[1].fields.parsed()
        }
    }

    @Test("a part beyond a limit is left out, the rest of the event and its neighbours stay")
    func limits() throws {
        var limits = DecodingLimits()
        (limits.textBytes, limits.eventBytes, limits.eventDepth, limits.members) = (1000, 3000, 10, 100)
        let long = String(repeating: "x", count: 1001)
        let parts = [
            "<big>\(long)</big>", "<big><a>\(long)</a></big>", "<big a=\"\(long)\"/>", "<big>1<a/>\(long)</big>",
            "<big type=\"\(long)\"/>", "<big>" + String(repeating: "<a>x</a>", count: 200) + "</big>",
            String(repeating: "<d>", count: 11) + String(repeating: "</d>", count: 11),
            "<big>" + (0..<5).map { "<a\($0)>\(String(repeating: "y", count: 900))</a\($0)>" }.joined() + "</big>",
            "<big " + (0..<20).map { "a\($0)=\"\"" }.joined(separator: " ") + "/>",
        ]
        for part in parts {
            let event = try middle(Wire.event("VmEvent", key: 2, "<one>1</one>\(part)<two>2</two>"), limits: limits)
            #expect(event.damage != nil, "\(part.prefix(40))")
            let fields = try event.fields.parsed()
            #expect(fields["one"] == "1")
            #expect(fields["two"] == "2")
            #expect(fields["big"] == nil && fields["d"] == nil, "\(part.prefix(40))")
        }
    }

    @Test("a list of which a part is left out stays a list")
    func droppedListElement() throws {
        var limits = DecodingLimits()
        limits.textBytes = 1000
        let long = String(repeating: "x", count: 1001)
        let event = try middle(
            Wire.event("VmEvent", key: 2, "<a>1</a><a>\(long)</a><b>2</b><a>3</a>"), limits: limits)
        #expect(try event.fields.parsed()["a"] == ["1", "3"])
        #expect(try event.fields.parsed()["b"] == "2")
    }

    @Test("the number of sound events counts no damaged one")
    func soundEvents() throws {
        let text = Wire.page(Wire.event(key: 1), Wire.event(key: 2, "<n>&x;</n>"), Wire.event(key: 3))
        let cut = Array(text.utf8).dropLast(40)
        #expect {
            try Wire.decode(Array(cut))
        } throws: { error in
            guard case .malformed(let answer) = error as? VSphereError else { return false }
            return answer.soundEvents == 2
        }
    }
}
