import EventModel
import Testing

@testable import VSphere

@Suite struct EscapeTests {
    @Test(
        "a character that needs an escape is escaped wherever it stands in a text of any length",
        arguments: ["\"", "\\", "\t", "\n", "é", "\"\\"])
    func everyPlace(_ character: String) throws {
        let texts = (1...70).flatMap { length in
            (0..<length).map { place in
                String(repeating: "a", count: place) + character + String(repeating: "b", count: length - 1 - place)
            }
        }
        let events = texts.enumerated().map { key, text in Wire.event(key: key, "<note>\(text)</note>") }
        let page = try Wire.decode(Wire.page(events.joined()))
        #expect(try page.events.map { try $0.fields.parsed()["note"]?.string } == texts)
    }

    @Test("an attribute's characters are escaped wherever they stand", arguments: ["\"", "\\", "é"])
    func attribute(_ character: String) throws {
        let texts = (0..<70).map { place in
            String(repeating: "a", count: place) + character + String(repeating: "b", count: 69 - place)
        }
        let events = texts.enumerated().map { key, text in Wire.event(key: key, "<o flavour='\(text)'/>") }
        let page = try Wire.decode(Wire.page(events.joined()))
        #expect(try page.events.map { try $0.fields.parsed()["o"]?["@flavour"]?.string } == texts)
    }

    @Test("fields around lists keep their order and their bytes")
    func neighbours() throws {
        let more = "<a>1</a><b>\"</b><x>1</x><c/><d><e>2</e></d><x>2</x><f>3</f><y>4</y><y/><g>5</g>"
        let event = try #require(try Wire.decode(Wire.page(Wire.event("VmPoweredOnEvent", more))).events.first)
        let json = String(decoding: event.fields.bytes, as: UTF8.self)
        let expected = """
            "a":"1","b":"\\"","x":["1","2"],"c":"","d":{"e":"2"},"f":"3","y":["4",""],"g":"5"}
            """
        #expect(json.hasSuffix(expected))
    }
}
