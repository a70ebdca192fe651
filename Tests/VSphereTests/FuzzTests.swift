import EventModel
import Foundation
import Testing

@testable import VSphere

@Suite struct FuzzTests {
    private static let seedPage: [UInt8] = {
        let note = "<fullFormattedMessage>a &amp; ü</fullFormattedMessage>"
        let list = "<arguments><key>k</key><value xsi:type=\"xsd:int\">5</value></arguments><arguments/>"
        let vm = "<vm><name>v</name><vm type=\"VirtualMachine\">vm-1</vm></vm>"
        return Array(
            Wire.page(
                Wire.event("VmPoweredOnEvent", key: 1, vm + note), Wire.event("EventEx", key: 2, list),
                Wire.event("VmReconfiguredEvent", key: 3, "<configSpec><d xsi:type=\"V\"><k>1</k></d><d/></configSpec>")
            ).utf8)
    }()

    /// What mutations insert: pieces of XML in all wrong places.
    private static let pieces =
        [
            "<", ">", "&", ";", "\"", "'", "/", "<!--", "-->", "<![CDATA[", "]]>", "<!DOCTYPE a [", "&#0;",
            "&#x110000;", "&lt;",
            "\u{0}", "\u{1}", "\u{FFFE}", "xmlns=\"\"", " type=\"\"", "</returnval>", "<returnval>", "<key>9</key>",
            "\r\n", "_typeName",
            "<?pi?>", "<a/>", "<vm/>", "xsi:type=\"xsd:boolean\"",
        ].map { Array($0.utf8) } + [[0xFF], [0xC3], [0xED, 0xA0, 0x80], [0xF8], [0x80]]

    @Test("ten thousand mutants end in a page of valid JSON or a typed error", arguments: 0..<10)
    func mutants(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for round in 0..<1000 {
            var bytes = Self.seedPage
            for _ in 0..<Int.random(in: 1...4, using: &generator) { Self.mutate(&bytes, &generator) }
            guard let page = try? Wire.decode(bytes, pieces: [round % 3 == 0 ? 13 : 4096]) else { continue }
            for event in page.events {
                let fields = try? event.fields.parsed()
                let text = String(decoding: bytes, as: UTF8.self)
                try #require(fields != nil, "seed \(seed) round \(round): \(text)")
                if event.damage == nil {
                    try #require(fields?["key"] == event.key.map { .number(String($0)) }, "seed \(seed) round \(round)")
                }
            }
        }
    }

    private static func mutate(_ bytes: inout [UInt8], _ generator: inout SeededGenerator) {
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<6, using: &generator) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
        case 1: bytes[place] ^= 1 << UInt8.random(in: 0...7, using: &generator)
        case 2: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...20, using: &generator)))
        case 3: bytes.insert(contentsOf: pieces.randomElement(using: &generator) ?? [], at: place)
        case 4:
            let end = min(bytes.count, place + Int.random(in: 1...200, using: &generator))
            bytes.insert(contentsOf: bytes[place..<end], at: Int.random(in: 0..<bytes.count, using: &generator))
        default:
            let other = Int.random(in: 0..<bytes.count, using: &generator)
            bytes.swapAt(place, other)
        }
        if bytes.isEmpty { bytes = [0x3C] }
    }
}
