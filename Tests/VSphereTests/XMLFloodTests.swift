import EventModel
import Testing

@testable import VSphere

/// Answers that are small on the wire, or endless, and would be large in memory.
@Suite("Floods of XML")
struct XMLFloodTests {
    private func outcome(_ text: String) -> Result<EventPage, VSphereError> {
        do throws(VSphereError) {
            return .success(try Wire.decode(text))
        } catch {
            return .failure(error)
        }
    }

    private func isRefused(_ outcome: Result<EventPage, VSphereError>) -> Bool {
        if case .failure = outcome { true } else { false }
    }

    @Test("a flood of attributes costs the event that has it, or the answer, and no neighbour its place")
    func attributes() throws {
        func flood(_ count: Int) -> String {
            (0..<count).map { "a\($0)=\"\(String(repeating: "x", count: 40))\" " }.joined()
        }
        let page = Wire.page(Wire.event(key: 1), Wire.event(key: 2, "<n \(flood(1000))/>"), Wire.event(key: 3))
        let events = try outcome(page).get().events
        #expect(events.map(\.key) == [1, 2, 3] && events.map { $0.damage == nil } == [true, false, true])
        #expect(events[1].fields.bytes.count < 10_000)
        #expect(isRefused(outcome(Wire.page(Wire.event(key: 1, "<n \(flood(60_000))/>")))))
    }

    @Test("a flood of entities expands to what XML itself has, within the bounds of a text")
    func entities() throws {
        let harmless = String(repeating: "&lt;&#x41;", count: 1000)
        let event = try outcome(Wire.page(Wire.event("VmEvent", "<n>\(harmless)</n>"))).get().events[0]
        #expect(event.damage == nil)
        #expect(try event.fields.parsed()["n"]?.string == String(repeating: "<A", count: 1000))
        let long = String(repeating: "&amp;", count: 300_000)
        let page = try outcome(Wire.page(Wire.event(key: 1, "<n>\(long)</n>"), Wire.event(key: 2))).get()
        #expect(page.events[0].damage != nil && page.events[1].damage == nil)
        #expect(page.events[0].fields.bytes.count <= DecodingLimits().eventBytes)
        #expect(isRefused(outcome(Wire.page(Wire.event("VmEvent", String(repeating: "&unknown;", count: 2000))))))
    }

    @Test("an endless name, an endless comment and an endless instruction end at a limit")
    func endless() {
        let filler = String(repeating: "x", count: 3 << 20)
        for text in ["<\(filler)", "<!-- \(filler)", "<?pi \(filler)", "<![CDATA[\(filler)", "<n a=\"\(filler)"] {
            #expect(isRefused(outcome(Wire.page(Wire.event("VmEvent", text)))), "\(text.prefix(8))")
        }
    }
}
