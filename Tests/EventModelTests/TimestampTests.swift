import AgentTestKit
import EventModel
import Foundation
import Testing

@Suite struct TimestampTests {
    @Test(
        "RFC 3339 text is read to the nanosecond",
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("1970-01-01T00:00:00.000000001Z", 1), ("1969-12-31T23:59:59.999999999Z", -1),
            ("2026-11-21T06:18:00Z", 1_795_241_880_000_000_000),
            ("2026-11-21T08:18:00+02:00", 1_795_241_880_000_000_000),
            ("2026-11-20T20:48:00-09:30", 1_795_241_880_000_000_000),
            ("2026-11-21t06:18:00z", 1_795_241_880_000_000_000),
            ("2026-11-21 06:18:00Z", 1_795_241_880_000_000_000),
            ("2026-11-21T06:18:00-00:00", 1_795_241_880_000_000_000),
            ("2026-11-21T06:18:00.5Z", 1_795_241_880_500_000_000),
            ("2026-11-21T06:18:00.123456789999Z", 1_795_241_880_123_456_789),
            ("2016-12-31T23:59:60Z", 1_483_228_800_000_000_000), ("2000-02-29T00:00:00Z", 951_782_400_000_000_000),
            ("2024-02-29T12:00:00Z", 1_709_208_000_000_000_000), ("1904-02-29T00:00:00Z", -2_077_747_200_000_000_000),
            ("1677-09-21T00:12:43.145224192Z", Int64.min), ("2262-04-11T23:47:16.854775807Z", Int64.max),
            ("2262-04-12T01:47:16.854775807+02:00", Int64.max), ("1677-09-20T22:12:43.145224192-02:00", Int64.min),
        ] as [(String, Int64)])
    func read(text: String, nanoseconds: Int64) {
        #expect(Timestamp(rfc3339: text)?.nanoseconds == nanoseconds)
        #expect(Timestamp(rfc3339: Array(text.utf8))?.nanoseconds == nanoseconds)
        #expect(Timestamp(rfc3339: Array("x\(text)".utf8).dropFirst())?.nanoseconds == nanoseconds)
        #expect(Timestamp(rfc3339: "x\(text)".dropFirst())?.nanoseconds == nanoseconds)
    }

    @Test(
        "everything else is refused",
        arguments: [
            "", "Z", "2026", "2026-11-21", "2026-11-21T06:18:00", "2026-11-21T06:18Z", "2026-11-21T06:18:00+2:00",
            "2026-11-21T06:18:00+0200", "2026-11-21T06:18:00+24:00", "2026-11-21T06:18:00+02:60",
            "2026-11-21T06:18:00.Z",
            "2026-11-21T06:18:00,5Z", "2026-11-21T24:00:00Z", "2026-11-21T06:60:00Z", "2026-11-21T06:18:61Z",
            "2026-00-21T06:18:00Z", "2026-13-21T06:18:00Z", "2026-11-00T06:18:00Z", "2026-11-31T06:18:00Z",
            "2025-02-29T06:18:00Z", "1900-02-29T06:18:00Z", "2100-02-29T06:18:00Z", "2026-11-21X06:18:00Z",
            "2026-11-21T06:18:00Zz", " 2026-11-21T06:18:00Z", "2026-11-21T06:18:00Z ", "+2026-11-21T06:18:00Z",
            "-026-11-21T06:18:00Z", "2026-11-2\u{661}T06:18:00Z", "2026-1१-21T06:18:00Z", "2026-11-21T06:18:00\u{0}",
            "1677-09-21T00:12:43.145224191Z", "2262-04-11T23:47:16.854775808Z", "0000-01-01T00:00:00Z",
            "9999-12-31T23:59:59Z", "2026-11-21T06:18:00.1.2Z", "2026-11-21T06:18:00Z+00:00", "2026-11-21T-6:18:00Z",
        ])
    func refused(text: String) {
        #expect(Timestamp(rfc3339: text) == nil)
    }

    @Test(
        "the text has no fraction it does not need",
        arguments: [
            (0, "1970-01-01T00:00:00Z"), (1, "1970-01-01T00:00:00.000000001Z"), (-1, "1969-12-31T23:59:59.999999999Z"),
            (1_795_241_880_120_000_000, "2026-11-21T06:18:00.12Z"), (1_000_000_000, "1970-01-01T00:00:01Z"),
            (Int64.min, "1677-09-21T00:12:43.145224192Z"), (Int64.max, "2262-04-11T23:47:16.854775807Z"),
        ] as [(Int64, String)])
    func text(nanoseconds: Int64, text: String) {
        #expect(Timestamp(nanoseconds: nanoseconds).rfc3339 == text)
    }

    @Test("every moment is read back from its text, and texts of one length order as their moments")
    func roundTrip() {
        var random = SeededGenerator(test: 3339)
        for _ in 0..<5000 {
            let time = Timestamp(nanoseconds: Int64.random(in: .min ... .max, using: &random))
            #expect(Timestamp(rfc3339: time.rfc3339) == time)
        }
    }

    @Test("days are the calendar's: Foundation's for a sample, and every kind of leap year")
    func calendar() {
        let formatter = ISO8601DateFormatter()
        var random = SeededGenerator(test: 1582)
        for _ in 0..<2000 {
            let seconds = Int64.random(in: -9_223_372_036...9_223_372_036, using: &random)
            let expected = formatter.string(from: Date(timeIntervalSince1970: TimeInterval(seconds)))
            #expect(Timestamp(nanoseconds: seconds * 1_000_000_000).rfc3339 == expected)
        }
        for year in [1700, 1800, 1899, 1900, 1904, 1999, 2000, 2024, 2026, 2100, 2200] {
            let isLeap = year == 1904 || year == 2000 || year == 2024
            let days = 31 + (isLeap ? 29 : 28)
            let first = Timestamp(rfc3339: "\(year)-01-01T00:00:00Z") ?? Timestamp(nanoseconds: 0)
            #expect(first.advanced(by: .seconds(86_400 * days)).rfc3339 == "\(year)-03-01T00:00:00Z")
        }
    }

    @Test("hostile bytes never crash the reader")
    func fuzz() {
        var random = SeededGenerator(test: 7)
        let seed = Array("2026-11-21T06:18:00.123456789+02:00".utf8)
        for _ in 0..<5000 {
            var bytes = Array(seed.prefix(Int.random(in: 0...seed.count, using: &random)))
            for _ in 0..<Int.random(in: 0...3, using: &random) where !bytes.isEmpty {
                let index = Int.random(in: bytes.indices, using: &random)
                bytes[index] = UInt8.random(in: 0...255, using: &random)
            }
            if let time = Timestamp(rfc3339: bytes) { #expect(Timestamp(rfc3339: time.rfc3339) == time) }
        }
    }

    @Test(
        "moving a moment beyond the range holds it at the end",
        arguments: [
            (Int64.max, Duration.nanoseconds(1), Int64.max), (.max, .seconds(1), .max),
            (.max, .seconds(Int64.max), .max),
            (.min, .nanoseconds(-1), .min), (.min, .seconds(-1), .min), (.min, .seconds(Int64.min), .min),
            (.max, .nanoseconds(-1), .max - 1), (0, .milliseconds(-1500), -1_500_000_000),
            (-5, .seconds(2), 1_999_999_995),
        ])
    func advanced(from: Int64, by: Duration, to: Int64) {
        #expect(Timestamp(nanoseconds: from).advanced(by: by).nanoseconds == to)
    }

    @Test("the time between the ends of the range is told")
    func since() {
        let all = Timestamp(nanoseconds: .max).since(Timestamp(nanoseconds: .min))
        #expect(all == .nanoseconds(Int64.max) + .nanoseconds(Int64.max) + .nanoseconds(1))
    }
}
