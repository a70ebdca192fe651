import EventModel
import Testing

@testable import Collectors

@Suite("The times of lines")
struct LineTimeTests {
    private func time(
        _ text: String, zone: String = "UTC", layout: String? = nil, readAt: Timestamp = LineRig.readAt
    ) throws -> String? {
        let layouts = layout.map { #", "layouts": ["\#($0)"]"# } ?? ""
        let configuration = try LineRig.configuration(
            #"{ "zone": "\#(zone)", "time": { "field": "t"\#(layouts) } }"#)
        var fields = LineFields()
        fields.begin(Array(text.utf8)[...])
        fields.set("t", 0..<fields.end)
        var rule = configuration.zone
        return configuration.time.time(of: fields, zone: &rule, now: readAt)?.rfc3339
    }

    @Test(
        "the usual ways to write a time are known by their looks",
        arguments: [
            ("2026-11-21T04:19:57.488Z", "2026-11-21T04:19:57.488Z"),
            ("2026-11-21 04:19:57.488+0000", "2026-11-21T04:19:57.488Z"),
            ("2026-11-21 04:19:57,488 +02:00", "2026-11-21T02:19:57.488Z"),
            ("2026/11/21 04:19:57", "2026-11-21T04:19:57Z"),
            ("2026-11-21T04:19:57.123456789123-05", "2026-11-21T09:19:57.123456789Z"),
            ("Nov 21 04:47:07", "2026-11-21T04:47:07Z"),
            ("Nov  1 04:47:07.5", "2026-11-01T04:47:07.5Z"),
            ("Sat Nov 21 04:47:07 2020", "2020-11-21T04:47:07Z"),
            ("Sat, Nov 21 2020 04:47:07", "2020-11-21T04:47:07Z"),
            ("21/Nov/2026:04:47:07 +0100", "2026-11-21T03:47:07Z"),
            ("08/05/2014 17:01:05.891", "2014-08-05T17:01:05.891Z"),
            ("20261121044352.424", "2026-11-21T04:43:52.424Z"),
            ("1121 05:14:51.298330", "2026-11-21T05:14:51.29833Z"),
            ("1506321923.246", "2017-09-25T06:45:23.246Z"), ("1506321923", "2017-09-25T06:45:23Z"),
            ("1506321923246", "2017-09-25T06:45:23.246Z"), ("1506321923246001", "2017-09-25T06:45:23.246001Z"),
            ("1506321923246001002", "2017-09-25T06:45:23.246001002Z"),
        ])
    func usual(text: String, time: String) throws {
        #expect(try self.time(text) == time)
    }

    @Test(
        "what is no time gives none",
        arguments: [
            "", "x", "2026-13-01T00:00:00Z", "2026-02-29T00:00:00Z", "Feb 30 00:00:00", "12:00:00", "2026-11-21", "99",
        ])
    func none(text: String) throws {
        #expect(try time(text) == nil)
    }

    @Test(
        "a layout of one's own",
        arguments: [
            ("%d.%m.%Y %H:%M:%S,%f", "21.11.2026   04:05:06,25", "2026-11-21T04:05:06.25Z"),
            ("%b %e %y %I:%M:%S %p %z", "Nov  1 99 12:05:06 AM +0100", "1999-10-31T23:05:06Z"),
            ("%F %T", "2026-11-21 04:05:06", "2026-11-21T04:05:06Z"), ("@%s.%f", "@1506321923.5", nil),
            ("%L", "1506321923246", "2017-09-25T06:45:23.246Z"), ("%x", "66B00002", "2024-08-04T22:26:10Z"),
            ("%a %%", "Mon %", "2026-01-01T00:00:00Z"),
        ])
    func layouts(layout: String, text: String, time: String?) throws {
        // "%s" reads the whole of it, its fraction too.
        #expect(try self.time(text, layout: layout) == time)
    }

    @Test("a time without a year is of the last one that is not to come, over New Year and leap days")
    func years() throws {
        let newYear = try #require(Timestamp(rfc3339: "2027-01-01T00:00:10Z"))
        #expect(try time("Dec 31 23:59:59", readAt: newYear) == "2026-12-31T23:59:59Z")
        #expect(try time("Jan  1 00:00:09", readAt: newYear) == "2027-01-01T00:00:09Z")
        #expect(try time("Jan  1 10:00:00", readAt: newYear) == "2027-01-01T10:00:00Z", "a day ahead is a wrong zone")
        #expect(try time("Jan  3 00:00:00", readAt: newYear) == "2026-01-03T00:00:00Z")
        #expect(try time("Feb 29 12:00:00", readAt: newYear) == "2024-02-29T12:00:00Z")
        let eve = try #require(Timestamp(rfc3339: "2026-12-31T23:59:50Z"))
        #expect(try time("Jan  1 00:00:05", readAt: eve) == "2027-01-01T00:00:05Z", "their clock is ahead of ours")
    }

    @Test(
        "zones: offsets and names, the hour left out and the hour that comes twice",
        arguments: [
            ("+02:00", "2026-11-21 04:00:00", "2026-11-21T02:00:00Z"),
            ("Europe/Prague", "2026-07-01 12:00:00", "2026-07-01T10:00:00Z"),
            ("Europe/Prague", "2026-11-21 12:00:00", "2026-11-21T11:00:00Z"),
            ("America/New_York", "2026-07-01 12:00:00", "2026-07-01T16:00:00Z"),
            // 02:30 did not exist: it is read as if clocks had not been put forward.
            ("Europe/Prague", "2026-03-29 02:30:00", "2026-03-29T01:30:00Z"),
            ("Europe/Prague", "2026-03-29 01:59:59", "2026-03-29T00:59:59Z"),
            ("Europe/Prague", "2026-03-29 03:00:00", "2026-03-29T01:00:00Z"),
            // 02:30 came twice: the later one.
            ("Europe/Prague", "2026-10-25 02:30:00", "2026-10-25T01:30:00Z"),
            // Beyond the table: by the rule of the zone.
            ("Europe/Prague", "2080-07-01 12:00:00", "2080-07-01T10:00:00Z"),
            ("Australia/Sydney", "2080-01-01 12:00:00", "2080-01-01T01:00:00Z"),
        ])
    func zones(zone: String, text: String, time: String) throws {
        #expect(try self.time(text, zone: zone) == time)
    }

    @Test("an hour that comes twice is its first one while the second is to come")
    func twice() throws {
        let between = try #require(Timestamp(rfc3339: "2026-10-25T00:30:05Z"))
        #expect(try time("Oct 25 02:30:00", zone: "Europe/Prague", readAt: between) == "2026-10-25T00:30:00Z")
    }

    @Test("what an hour remembers is right for every minute of a year")
    func remembered() throws {
        let zone = try #require(ZoneFile.load("Europe/Prague"))
        var remembering = TimeZoneRule(zone)
        for minute in stride(from: 1_767_225_600, to: 1_798_761_600, by: 60 * 7) {
            var fresh = TimeZoneRule(zone)
            let (now, expected) = (Int.max / 2, fresh.offset(atLocal: minute, now: Int.max / 2))
            #expect(remembering.offset(atLocal: minute, now: now) == expected, "at \(minute)")
        }
    }

    @Test("a zone by rule is the same as by table, for a hundred zones and times")
    func rules() throws {
        for (line, name) in [
            ("CET-1CEST,M3.5.0,M10.5.0/3", "Europe/Prague"), ("EST5EDT,M3.2.0,M11.1.0", "America/New_York"),
            ("AEST-10AEDT,M10.1.0,M4.1.0/3", "Australia/Sydney"), ("<+0545>-5:45", "Asia/Kathmandu"),
        ] {
            let (rule, file) = (try #require(ZoneRule(line)), try #require(ZoneFile.load(name)))
            for time in stride(from: 1_600_000_000, to: 2_000_000_000, by: 3_333_333) {
                #expect(rule.offset(at: time) == file.offset(at: time), "\(name) at \(time)")
            }
        }
        for line in ["", "CET", "CET-1CEST", "CET-1CEST,M13.1.0,M1.1.0", "CET-1CEST,J366,J1", "12", "CET-1CEST,0/x,1"] {
            #expect(ZoneRule(line) == nil, "\(line)")
        }
    }

    @Test("the beginning of a plain line tells the time, but a number there does not")
    func beginning() throws {
        var translator = try LineRig.translator(#"{ "zone": "UTC" }"#)
        let told = [
            "[2008-07-26 10:09:56.601 'vm'] x", "2020-04-30T07:25:58.464Z: x", "1234567890 apples", "12 x",
            "Nov 3 1:2:3 x",
        ].map { translator.translate(LineRig.line($0)).map(LineRig.summary) }
        #expect(
            told == [
                "log.line - 2008-07-26T10:09:56.601Z info", "log.line - 2020-04-30T07:25:58.464Z info",
                "log.line - read info", "log.line - read info", "log.line - read info",
            ])
    }
}
