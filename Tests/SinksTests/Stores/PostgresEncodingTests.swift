#if PostgreSQL
    import AgentCore
    import EventModel
    import Foundation
    import Testing

    @testable import Sinks

    @Suite("The rows and decisions of the postgres sink") struct PostgresEncodingTests {
        @Test("an entry is a row of binary COPY, byte for byte")
        func golden() {
            var rows = PostgresRows(journal: "j1")
            let guest = Guest(kind: .vm, id: "vm-1", name: "w\"eb", host: nil)
            let entry = Entry.made(7, id: "e", source: "s", at: "2000-01-01T00:00:01.000002999Z", guest: guest)
            rows.encode([entry], since: nil)
            let body = String(decoding: entry.body, as: UTF8.self)
            var expected = "PGCOPY\n".hex + "ff0d0a00" + "00000000" + "00000000" + "000b"
            expected += "00000008" + "00000000000f4242"
            expected += "00000001" + "s".hex + "00000001" + "e".hex + "00000002" + "j1".hex
            expected += "00000008" + "0000000000000007"
            expected += "0000000d" + "vm.powered-on".hex + "00000004" + "info".hex
            expected += "00000007" + "vm/vm-1".hex + "00000004" + "w\"eb".hex + "ffffffff"
            expected += String(format: "%08x", body.utf8.count + 1) + "01" + body.hex + "ffff"
            #expect(rows.bytes.map { String(format: "%02x", $0) }.joined() == expected)
            #expect(rows.days == [10_957] && rows.rejected.isEmpty && rows.count == 1)
        }

        @Test(
            "only an escaped zero character is replaced",
            arguments: [
                (#"{"a":"x\u0000y"}"#, #"{"a":"x\ufffdy"}"#), (#"{"a":"\\u0000"}"#, #"{"a":"\\u0000"}"#),
                (#"{"a":"\\\u0000\u0000"}"#, #"{"a":"\\\ufffd\ufffd"}"#), (#"{"a":"\n\u0001"}"#, #"{"a":"\n\u0001"}"#),
                (#"{}"#, #"{}"#), (#"\"#, #"\"#), (#"\u000"#, #"\u000"#),
            ])
        func zeros(text: String, stored: String) {
            let slice = Array("--\(text)".utf8)[2...]
            #expect(String(decoding: ZeroEscapes.replaced(in: slice), as: UTF8.self) == stored)
        }

        @Test("an entry whose id has a zero character, or that is no event, is rejected alone")
        func rejected() {
            var rows = PostgresRows(journal: "j1")
            let foreign = Entry(sequence: 3, type: "vm.powered-on", severity: .info, body: Array("{}".utf8)[...])
            rows.encode([.made(1), .made(2, id: "a\0b"), foreign], since: nil)
            #expect(rows.count == 1)
            #expect(rows.rejected.keys.sorted() == [2, 3])
        }

        @Test("what is older than retention is left out")
        func retained() {
            var rows = PostgresRows(journal: "j1")
            let entries = [Entry.made(1, at: "2026-01-01T23:59:59Z"), .made(2, at: "2026-01-02T00:00:00Z")]
            rows.encode(entries, since: Timestamp(rfc3339: "2026-01-02T00:00:00Z"))
            #expect(rows.count == 1 && rows.days == [20_455])
        }

        @Test(
            "an error is retried, held or refused by its SQLSTATE",
            arguments: [
                ("40001", "retryable"), ("40P01", "retryable"), ("08006", "retryable"), ("57P01", "retryable"),
                ("57P03", "retryable"), ("57014", "retryable"), ("53100", "retryable"), ("53300", "retryable"),
                ("55P03", "retryable"), ("25006", "retryable"), ("58030", "retryable"), ("XX000", "retryable"),
                ("42P01", "retryable"), ("28P01", "held"), ("28000", "held"), ("42501", "held"), ("3D000", "held"),
                ("42703", "held"), ("0A000", "held"), ("XX001", "held"), ("22P05", "refused"), ("22003", "refused"),
                ("23514", "refused"), ("54000", "refused"),
            ])
        func sorted(state: String, outcome: String) {
            let error = PostgresError(state: state, message: "m")
            switch error.deliveryError {
            case .retryable(let reason, nil): #expect(outcome == "retryable" && reason == "m (SQLSTATE \(state))")
            case .held(let reason, nil): #expect(outcome == "held" && reason == "m (SQLSTATE \(state))")
            case .refused(let reason): #expect(outcome == "refused" && reason == "m (SQLSTATE \(state))")
            case let other: Issue.record("\(other)")
            }
        }

        @Test("the SQLSTATE of a refused connection is found in its text")
        func connecting() {
            let text = "connection to server at \"127.0.0.1\", port 1 failed: "
            let refused = PostgresError(
                connecting: text + "FATAL:  28P01: password authentication failed for user \"x\"\nLOCATION:  a, b.c:1")
            #expect(refused.state == "28P01")
            #expect(refused.message == text + "FATAL:  password authentication failed for user \"x\"")
            let unreachable = PostgresError(connecting: text + "Connection refused")
            #expect(unreachable.state.isEmpty && unreachable.message == text + "Connection refused")
            #expect(unreachable.deliveryError == .retryable(reason: text + "Connection refused"))
        }

        private let now = Timestamp(rfc3339: "2026-11-21T12:00:00Z") ?? Timestamp(nanoseconds: 0)

        @Test("days in a window around now get partitions, others none, and each only once")
        func window() {
            var partitions = PostgresPartitions(retention: nil)
            #expect(partitions.isUpkeepDue(at: now))
            #expect(partitions.found(["events_20261121", "events_other"], at: now) == [])
            #expect(!partitions.isUpkeepDue(at: now))
            let today = PostgresDay(of: now).number
            let days = partitions.missing(for: [today - 366, today - 367, today + 2, today + 3, today], at: now)
            #expect(days.map(\.number) == [today - 366, today + 1, today + 2])
            for day in days { partitions.made(day) }
            #expect(partitions.missing(for: [today - 366], at: now) == [])
        }

        @Test("a day that could not be made waits for the next upkeep, also when the clock is set back")
        func failed() {
            var partitions = PostgresPartitions(retention: nil)
            _ = partitions.found([], at: now)
            for day in partitions.missing(for: [], at: now) { partitions.failed(day) }
            #expect(partitions.missing(for: [], at: now) == [])
            #expect(partitions.isUpkeepDue(at: now.advanced(by: .seconds(600))))
            #expect(partitions.isUpkeepDue(at: now.advanced(by: .seconds(-1))))
            _ = partitions.found([], at: now.advanced(by: .seconds(600)))
            #expect(partitions.missing(for: [], at: now).count == 3)
        }

        @Test("retention lets whole days go, and makes none that it would let go")
        func retention() {
            var partitions = PostgresPartitions(retention: .seconds(2 * 86_400))
            let names = ["events_20261101", "events_20261118", "events_20261119", "events_20261121"]
            #expect(partitions.found(names, at: now) == ["events_20261101", "events_20261118"])
            let today = PostgresDay(of: now).number
            #expect(
                partitions.missing(for: [today - 3, today - 1], at: now).map(\.number) == [
                    today - 1, today + 1, today + 2,
                ])
        }

        @Test("a day tells its name and its bounds, before 1970 too")
        func days() {
            let day = PostgresDay(number: -1)
            #expect(day.text == "1969-12-31" && day.partition == "events_19691231" && day.next.text == "1970-01-01")
            #expect(PostgresDay(partition: "events_19691231") == day)
            #expect(PostgresDay(partition: "events_19691331") == nil && PostgresDay(partition: "events_other") == nil)
            #expect(PostgresDay(of: Timestamp(nanoseconds: -1)) == day)
        }

        @Test("hosts are names with ports, addresses and sockets")
        func hosts() throws {
            let text = #"{ "hosts": ["db1", "db2:5433", "[::1]:5434", "/run/postgresql"], "retention": "90d" }"#
            let configuration = try read(text, as: PostgresConfiguration.self)
            #expect(
                configuration.hosts == [
                    .init(name: "db1"), .init(name: "db2", port: 5433), .init(name: "::1", port: 5434),
                    .init(name: "/run/postgresql"),
                ])
            #expect(configuration.tls.mode == .prefer && configuration.schema == "guestwatch")
            let tls = #"{ "hosts": ["db1"], "tls": { "caFile": "/ca.pem" } }"#
            #expect(try read(tls, as: PostgresConfiguration.self).tls.mode == .verifyFull)
        }

        @Test(
            "what cannot work is a problem",
            arguments: [
                (#"{ "hosts": [] }"#, "\"hosts\" is empty"), (#"{ "hosts": ["a:0"] }"#, "is not a server such as"),
                (#"{ "hosts": ["a,b"] }"#, "is not a server such as"),
                (#"{ "hosts": ["a"], "schema": "a-b" }"#, "is not a name of small letters"),
                (#"{ "hosts": ["a"], "schema": "pg_x" }"#, "is not a name of small letters"),
                (#"{ "hosts": ["a"], "retention": "2h" }"#, "shorter than the day"),
                (#"{ "hosts": ["a"], "tls": { "mode": "verify-full" } }"#, "go together"),
                (#"{ "hosts": ["a"], "tls": { "key": "/k" } }"#, "go together"),
            ])
        func problem(text: String, problem: String) {
            let found = problems(text, of: PostgresConfiguration.self)
            #expect(found.contains { $0.contains(problem) }, "\(found)")
        }
    }

    extension String {
        fileprivate var hex: String { utf8.map { String(format: "%02x", $0) }.joined() }
    }
#endif
