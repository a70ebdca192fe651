import EventModel
import Foundation
import Testing

@testable import VSphere

@Suite struct ChunkingTests {
    /// A page with everything that can be cut in two: entities, character references, letters of two to four bytes,
    /// long texts, line ends, comments, CDATA, attributes.
    private static let bytes: [UInt8] = {
        let long = String(repeating: "wörter &amp; 東京 🙂 ", count: 60)
        let children =
            "<note>\(long)</note><o a=\"ü &lt;\">x<a>1</a><!-- ü --><a><![CDATA[<&]]>&#x1F642;</a> y </o>"
            + "<vm>\n  <name>n &quot;ü&quot;</name>\n  <vm type=\"VirtualMachine\">vm-1</vm>\n</vm>"
            + "<letters>" + String(repeating: "東é🙂", count: 700) + "</letters>"
            + "<space>" + String(repeating: " ", count: 700) + "end</space>"
            + "<lines>" + String(repeating: "\r\n", count: 1500) + "\r</lines>"
            + "<odd>" + String(repeating: " \n", count: 400) + "<a/>" + String(repeating: "ü", count: 400) + "</odd>"
        let text = Wire.page(
            Wire.event(key: 1, children), Wire.event(key: 2, "<n>&broken;</n>" + children), Wire.event(key: 3, children)
        )
        return Array(text.utf8)
    }()

    @Test(
        "pieces of any size give the same page",
        arguments: [[1], [2], [3], [7], [777], [1999], [2000], [4000], [5000], [9999], [1 << 20]])
    func sizes(_ sizes: [Int]) throws {
        let expected = try Wire.decode(Self.bytes, pieces: [Self.bytes.count])
        #expect(expected.events.map { $0.damage == nil } == [true, false, true])
        #expect(try Wire.decode(Self.bytes, pieces: sizes) == expected)
    }

    @Test("pieces of random sizes give the same page", arguments: 0..<20)
    func random(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let largest = seed % 2 == 0 ? 200 : 9000
        let sizes = (0..<500).map { _ in Int.random(in: 1...largest, using: &generator) }
        let expected = try Wire.decode(Self.bytes, pieces: [Self.bytes.count])
        #expect(try Wire.decode(Self.bytes, pieces: sizes) == expected)
    }

    @Test("a large page gives the same in pieces of each size", .enabled(if: SharedFolder.isThere, "no shared folder"))
    func largePages() throws {
        for file in SharedFolder.files(in: "pages", suffix: ".xml") {
            let bytes = try [UInt8](Data(contentsOf: file))
            let expected = try Wire.decode(bytes, pieces: [bytes.count])
            #expect(expected.events.count == 1000)
            for sizes in [[777], [16384], [1, 30000, 3, 5000]] {
                #expect(try Wire.decode(bytes, pieces: sizes) == expected, "\(file.lastPathComponent) \(sizes)")
            }
        }
    }
}
