import EventModel
import Testing

@Suite struct TimestampSeriesTests {
    private static let texts = [
        "2026-11-21T06:18:00Z", "2026-11-21T06:18:00.5Z", "2026-11-21T06:18:00.000000001Z",
        "2026-11-21T06:18:01.123456Z", "2026-11-21T06:18:01.999999999Z", "2026-11-21T06:18:00.25Z",
        "1969-12-31T23:59:59.75Z", "1969-12-31T23:59:59Z", "1677-09-21T00:12:44Z", "2262-04-11T23:47:16.854775807Z",
    ]

    @Test("one reader reads a series of times as each alone is read")
    func reading() {
        var reader = TimestampReader()
        let strange = [
            "2026-11-21T06:18:01.1234567891Z", "2026-11-21T06:18:01.123+02:00", "2026-11-21T06:18:01.Z",
            "2026-11-21T06:18:01.1x3Z", "2026-11-21T06:18:01x123Z", "2026-11-21T06:18:01.123", "2026-11-21T06:18:01",
            "2026-11-21T06:18:60Z", "2026-13-21T06:18:01Z", "2262-04-11T23:47:16.854775808Z", "Z", "",
        ]
        for text in Self.texts + strange + Self.texts.reversed() + strange {
            let read = Array(text.utf8).withUnsafeBufferPointer { reader.read($0) }
            #expect(read == Timestamp(rfc3339: text), "\(text)")
        }
    }

    @Test("a time beyond the range is refused also within a second that was read before")
    func range() {
        var reader = TimestampReader()
        for (text, isTime) in [("2262-04-11T23:47:16.8Z", true), ("2262-04-11T23:47:16.9Z", false)] {
            #expect(Array(text.utf8).withUnsafeBufferPointer { reader.read($0) != nil } == isTime, "\(text)")
        }
    }

    @Test("one writer writes a series of times as each alone is written")
    func writing() throws {
        var writer = TimestampWriter()
        for text in Self.texts + Self.texts.reversed() {
            var bytes: [UInt8] = []
            writer.append(try #require(Timestamp(rfc3339: text)), to: &bytes)
            #expect(String(decoding: bytes, as: UTF8.self) == text)
        }
    }
}
