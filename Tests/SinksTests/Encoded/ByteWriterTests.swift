import AgentCore
import AgentTestKit
import EventModel
import Testing

@testable import Sinks

@Suite("Bytes written to their place")
struct ByteWriterTests {
    @Test("text with JSON's escapes is what the slow way makes of it", arguments: 0..<200)
    func escapes(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed))
        let special: [UInt8] = [0x22, 0x5C, 0x0A, 0x00, 0x1F, 0x20, 0x7F, 0x80, 0xA2, 0xDC, 0xFF, 0x21, 0x5D]
        let text = (0..<Int.random(in: 0...60, using: &generator)).map { _ in
            Bool.random(using: &generator)
                ? special.randomElement(using: &generator) ?? 0 : UInt8.random(in: 0x20...0x7E, using: &generator)
        }
        var (expected, written): ([UInt8], [UInt8]) = ([1], [1])
        text.withUnsafeBufferPointer { text in
            expected.appendJSONEscaped(text)
            written.append(atMost: text.count * 6) { $0.appendJSONEscaped(text) }
        }
        #expect(written == expected)
    }

    @Test("numbers", arguments: [0, 9, 10, 99, 100, 1_795_242_000_123_456_789, .max] as [Int64])
    func numbers(value: Int64) {
        var bytes: [UInt8] = []
        bytes.append(atMost: 100) { writer in
            writer.appendDecimal(value)
            writer.append(UInt8(ascii: " "))
            writer.appendDecimal(-value)
            writer.append(UInt8(ascii: " "))
            writer.appendTwentyDigits(UInt64(value))
        }
        let text = EventEncoder.text(of: UInt64(value))
        #expect(String(decoding: bytes, as: UTF8.self) == "\(value) \(-value) \(text)")
    }

    @Test("an entry with its place is what the event encoder writes", arguments: ["k3j2h1g0f9d8", "a\"\\\u{1}"])
    func framing(journal: String) {
        let framing = EventFraming(journal: journal)
        let empty = Entry(sequence: 7, type: "vm.other", severity: .info, body: [])
        for entry in [.numbered(1), .numbered(.max - 1, dataBytes: 9), empty] {
            var (expected, bytes): ([UInt8], [UInt8]) = ([], [])
            EventEncoder.append(entry.body, sequence: entry.sequence, journal: journal, to: &expected)
            bytes.append(atMost: framing.length(of: entry)) { framing.append(entry, to: &$0) }
            #expect(bytes == expected)
        }
    }

    @Test("a time with nine digits of a second, whatever its text has")
    func fixedTimes() {
        let texts = [
            "2026-11-21T06:18:00Z", "2026-11-21T06:18:59.5Z", "2026-11-21T06:18:00.123456789Z",
            "1969-12-31T23:59:59.1Z",
            "2026-11-21T08:18:00.25+02:00", "2026-11-21T06:18:00.1234567891Z", "2026-12-31T23:59:60Z",
        ]
        for text in texts {
            guard let time = Timestamp(rfc3339: text) else { return #expect(Bool(false), "\(text)") }
            var bytes: [UInt8] = []
            Array(text.utf8).withUnsafeBufferPointer { FixedTime.write(FieldText(escaped: $0), time, into: &bytes) }
            #expect(String(decoding: bytes, as: UTF8.self) == FixedTime.text(of: time))
        }
    }
}
