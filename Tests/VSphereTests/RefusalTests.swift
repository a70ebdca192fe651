import EventModel
import HTTPClient
import Testing

@testable import VSphere

@Suite struct RefusalTests {
    private func refusal(_ text: String, limits: DecodingLimits = DecodingLimits()) -> VSphereError? {
        do {
            _ = try Wire.decode(Array(text.utf8), limits: limits)
            return nil
        } catch {
            return error
        }
    }

    private func isMalformed(_ error: VSphereError?) -> Bool {
        if case .malformed = error { true } else { false }
    }

    private func isNotVSphere(_ error: VSphereError?) -> Bool {
        if case .notVSphere = error { true } else { false }
    }

    @Test("a document type definition is refused, and nothing in it is read")
    func documentType() {
        let bomb = """
            <?xml version="1.0"?><!DOCTYPE e [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
            <!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">]>
            """
        let external = "<?xml version=\"1.0\"?><!DOCTYPE e [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>"
        let subset = "<!DOCTYPE e SYSTEM \"http://127.0.0.1:9/evil.dtd\">"
        for prolog in [bomb, external, subset] {
            let body = Wire.page(Wire.event("VmEvent", "<n>&d;&x;</n>")).split(separator: "\n", maxSplits: 1)[1]
            #expect(isNotVSphere(refusal(prolog + body)))
        }
    }

    @Test("an entity that is not XML's own expands to nothing")
    func entities() throws {
        let event = try Wire.decode(Wire.page(Wire.event("VmEvent", "<n>[&x;-&xxe;-&quot;&apos;]</n>"))).events[0]
        #expect(event.damage != nil)
        #expect(try event.fields.parsed()["n"] == "[--\"']")
    }

    @Test(
        "a structure that is broken refuses the page, with the sound events before",
        arguments: ["<a><b></a>", "<a", "</vm>", "<a b=c/>", "< a>", "<a b=\"<\"/>", "<1/>"])
    func structure(_ broken: String) {
        let error = refusal(Wire.page(Wire.event(key: 1), Wire.event(key: 2, broken), Wire.event(key: 3)))
        guard case .malformed(let answer) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(answer.soundEvents == 1)
    }

    @Test("what libxml2 gives up is refused at once, not kept until it ends")
    func givenUp() {
        let decoder = EventPageDecoder()
        decoder.begin(HTTPResponse(status: 200))
        let bytes = Array((Wire.head + "<ReadNextEventsResponse xmlns=\"urn:vim25\"><returnval><1/>").utf8)
        _ = decoder.receive(bytes.span.bytes)
        let more = [UInt8](repeating: UInt8(ascii: "x"), count: 4096)
        #expect((0..<2).contains { _ in !decoder.receive(more.span.bytes) })
    }

    @Test("what is no SOAP envelope is not vSphere")
    func strangers() {
        let strangers = [
            "", " ", "Service Unavailable", "<html><body>502</body></html>", "<!DOCTYPE html><html></html>",
            "{\"error\":1}", "<Envelope xmlns=\"http://www.w3.org/2003/05/soap-envelope\"><Body/></Envelope>",
            "\u{FEFF}<x/>", "\0\0\0\0",
        ]
        for text in strangers { #expect(isNotVSphere(refusal(text)), "\(text)") }
        #expect(isNotVSphere(refusal(Wire.head + Wire.tail)))
        #expect(isNotVSphere(refusal(Wire.head + "<x xmlns=\"urn:other\"/>" + Wire.tail)))
        #expect(throws: VSphereError.self) { try Wire.decode(Array(Wire.page().utf8), status: 503) }
    }

    @Test("a page cut anywhere gives an error and never more sound events than were whole")
    func truncation() throws {
        let note = "<note>a &amp; ü</note>"
        let text = Wire.page(Wire.event(key: 1, note), Wire.event(key: 2, note), Wire.event(key: 3, note))
        let bytes = Array(text.utf8)
        let marker = Array("</returnval>".utf8)
        let ends = bytes.indices.filter { bytes[$0...].starts(with: marker) }.map { $0 + marker.count }
        #expect(ends.count == 3)
        for cut in 0..<bytes.count {
            let decoder = EventPageDecoder()
            decoder.begin(HTTPResponse(status: 200))
            _ = decoder.receive(bytes.span.bytes.extracting(0..<cut))
            let whole = ends.count { $0 <= cut }
            #expect(throws: VSphereError.self, "cut at \(cut)") { try decoder.finish() }
            #expect(decoder.soundEvents <= whole, "cut at \(cut)")
        }
        #expect(try Wire.decode(bytes).events.count == 3)
    }

    @Test("each limit of an answer refuses it")
    func limits() {
        let event = Wire.event("VmEvent", "<a1/><a2/><a3/><a4/><a5/>")
        func refused(_ change: (inout DecodingLimits) -> Void, _ text: String) -> Bool {
            var limits = DecodingLimits()
            change(&limits)
            return isMalformed(refusal(text, limits: limits))
        }
        #expect(refused({ $0.answerBytes = 5000 }, Wire.page(String(repeating: event, count: 100))))
        #expect(refused({ $0.events = 9 }, Wire.page(String(repeating: event, count: 10))))
        #expect(!refused({ $0.events = 10 }, Wire.page(String(repeating: event, count: 10))))
        #expect(refused({ $0.names = 12 }, Wire.page(event)))
        #expect(refused({ $0.errors = 5 }, Wire.page(Wire.event("VmEvent", String(repeating: "&x;", count: 6)))))
        #expect(refused({ $0.treeDepth = 9 }, Wire.answer("X", String(repeating: "<a>", count: 9))))
        #expect(refused({ $0.treeElements = 99 }, Wire.answer("X", String(repeating: "<a/>", count: 99))))
        #expect(refused({ $0.treeBytes = 99 }, Wire.answer("X", String(repeating: "x", count: 100))))
        #expect(
            refused(
                { $0.tagBytes = 50_000 }, Wire.page("<returnval a=\"" + String(repeating: "x", count: 200_000) + "\"/>")
            ))
        #expect(refused({ _ in }, Wire.page(Wire.event("VmEvent", "<" + String(repeating: "n", count: 300) + "/>"))))
    }

    @Test("deep nesting neither crashes nor costs the neighbours")
    func depth() throws {
        let deep = String(repeating: "<a>", count: 100_000) + String(repeating: "</a>", count: 100_000)
        let page = try Wire.decode(Wire.page(Wire.event(key: 1), Wire.event(key: 2, deep), Wire.event(key: 3)))
        #expect(page.events.map(\.key) == [1, 2, 3])
        #expect(page.events.map { $0.damage == nil } == [true, false, true])
    }

    @Test("text after the envelope refuses the answer")
    func trailing() {
        #expect(isMalformed(refusal(Wire.page(Wire.event(key: 1)) + "<x/>")))
        #expect(refusal(Wire.page(Wire.event(key: 1)) + "\n <!-- end --> \n") == nil)
    }
}
