#if PostgreSQL
    import AgentCore
    import AgentTestKit
    import EventModel
    import Foundation
    import Platform
    import Testing

    @testable import Sinks

    @Suite("The postgres sink on a real server", .enabled(if: PostgresServer.isInstalled, "postgres is not installed"))
    struct PostgresSinkTests {
        @Test("keeps the promises of a sink")
        func conformance() async throws {
            let server = try await PostgresServer()
            for promise in SinkPromise.allCases {
                let schema = "promise_\(promise)".lowercased()
                var configuration = server.configuration
                configuration.schema = schema
                try await SinkConformance(
                    repeats: .removed,
                    start: { [configuration] in try PostgresSink(configuration, in: $0) },
                    delivered: { try server.sequences(in: schema) },
                    breakDestination: { try await server.kill() },
                    mendDestination: { try await server.start() }
                ).check(promise)
            }
        }

        @Test("a row has the event's attributes and all of its JSON")
        func columns() async throws {
            let server = try await PostgresServer()
            let sink = try PostgresSink(server.configuration, in: .conformance)
            let guest = Guest(kind: .vm, id: "vm-7", name: "a\u{0}b\tü", host: "esx1")
            let data = #"{"text":"zero \u0000 here","deep":{"n":12345678901234567890}}"#
            try await sink.deliver([
                .made(.max - 1, id: "e\"1", at: "2026-11-21T06:18:00.123456789Z", guest: guest, data: data)
            ])
            try await sink.deliver([.made(5, at: "1700-01-01T00:00:00Z")])
            await sink.stop()
            let rows = try server.query(
                """
                SELECT time AT TIME ZONE 'UTC', source, id, journal, sequence, type, severity, subject, guest_name,
                guest_host, event->'data'->>'text', event->'data'->'deep'->>'n', tableoid::regclass
                FROM guestwatch.events ORDER BY time DESC
                """)
            #expect(
                rows[0] == [
                    "2026-11-21 06:18:00.123456", "test://stores", "e\"1", "k3j2h1g0f9d8", "-2", "vm.powered-on",
                    "info", "vm/vm-7", "a\u{FFFD}b\tü", "esx1", "zero \u{FFFD} here", "12345678901234567890",
                    "guestwatch.events_20261121",
                ])
            #expect(rows[1][12] == "guestwatch.events_other")
        }

        @Test("of a batch with one event jsonb cannot hold, that one is refused")
        func poison() async throws {
            let server = try await PostgresServer()
            let sink = try PostgresSink(server.configuration, in: .conformance)
            var entries = Entry.numbered(1...100)
            entries[70] = .made(71, data: #"{"n":1e999999}"#)
            entries[20] = .made(21, id: "zero\0")
            let letters = try await deliverInHalves(entries, to: sink)
            await sink.stop()
            #expect(letters.keys.sorted() == [21, 71])
            #expect(letters[71]?.contains("SQLSTATE 22003") == true, "\(letters)")
            let expected = (1...100).filter { $0 != 21 && $0 != 71 }.map { UInt64($0) }
            #expect(try server.sequences() == expected)
        }

        @Test("agents that start at once make one schema and lose nothing")
        func together() async throws {
            let server = try await PostgresServer()
            let configuration = server.configuration
            try await withThrowingTaskGroup { group in
                for agent in 0..<4 as Range<UInt64> {
                    group.addTask {
                        let sink = try PostgresSink(configuration, in: .conformance)
                        // Half of each batch is the same for all.
                        let own = 1000 + agent * 10
                        for entries in [Entry.numbered(1...50), Entry.numbered(own...own + 9)] {
                            try await sink.deliverThrough(entries, within: .seconds(20))
                        }
                        await sink.stop()
                    }
                }
                try await group.waitForAll()
            }
            #expect(try server.sequences() == Array(1...50) + Array(1000...1039))
            #expect(try server.query("SELECT version FROM guestwatch.schema_version") == [["1"]])
        }

        @Test("late events get their day; while a reader holds the table they wait in events_other, then move")
        func partitions() async throws {
            let server = try await PostgresServer()
            let sink = try PostgresSink(server.configuration, in: .conformance)
            try await sink.deliver([.made(1)])
            let reader = try server.connect()
            try reader.run("BEGIN; SELECT count(*) FROM guestwatch.events")
            // A day's partition cannot be attached while somebody reads: the delivery does not wait for it.
            try await sink.deliver([.made(2, at: "2026-10-03T12:00:00Z"), .made(3, at: "2026-10-03T13:00:00Z")])
            #expect(try server.query("SELECT count(*) FROM guestwatch.events_other") == [["2"]])
            try reader.run("COMMIT")
            await sink.stop()
            let next = try PostgresSink(server.configuration, in: .conformance)
            try await next.deliver([.made(4, at: "2026-10-03T14:00:00Z"), .made(3, at: "2026-10-03T13:00:00Z")])
            await next.stop()
            #expect(try server.query("SELECT count(*) FROM guestwatch.events_other") == [["0"]])
            let days = "SELECT tableoid::regclass::text, count(*) FROM guestwatch.events GROUP BY 1 ORDER BY 1"
            #expect(
                try server.query(days) == [
                    ["guestwatch.events_20261003", "3"], ["guestwatch.events_20261121", "1"],
                ])
        }

        @Test("retention drops days, and what is older is not stored")
        func retention() async throws {
            let server = try await PostgresServer()
            let clock = TestClock("2026-11-21T06:18:00Z")
            var configuration = server.configuration
            configuration.retention = .seconds(3 * 86_400)
            let sink = try PostgresSink(configuration, in: .conformance.with(clock: clock))
            try await sink.deliver([
                .made(1, at: "2026-11-21T05:00:00Z"), .made(2, at: "2026-11-19T05:00:00Z"),
                .made(3, at: "2026-11-17T05:00:00Z"), .made(4, at: "2027-06-01T00:00:00Z"),
            ])
            #expect(try server.sequences() == [1, 2, 4])
            clock.advance(by: .seconds(2 * 86_400))
            try await sink.deliver([.made(5, at: "2026-11-23T05:00:00Z")])
            #expect(try server.sequences() == [1, 4, 5])
            // Event 4 waited in events_other until its day came near.
            clock.advance(by: .seconds(365 * 86_400))
            try await sink.deliver([.made(6, at: "2027-11-23T05:00:00Z")])
            #expect(try server.sequences() == [6])
            await sink.stop()
        }

        @Test("what waits for a person is held: password, role, database, rights, a newer schema")
        func held() async throws {
            let server = try await PostgresServer(access: ["host all locked 127.0.0.1/32 scram-sha-256"])
            try server.query("CREATE ROLE locked LOGIN PASSWORD 'right'; CREATE ROLE weak LOGIN")
            let context = SinkContext.conformance.with(secrets: ["RIGHT": "right", "WRONG": "wrong-secret"])
            func reason(_ change: (inout PostgresConfiguration) -> Void) async throws -> String {
                var configuration = server.configuration
                change(&configuration)
                let sink = try PostgresSink(configuration, in: context)
                let reason = await heldReason { try await sink.deliver([.made(1)]) }
                await sink.stop()
                return reason
            }
            let wrong = try await reason { ($0.userName, $0.password) = ("locked", .environment("WRONG")) }
            #expect(wrong.contains("28P01") && !wrong.contains("wrong-secret"), "\(wrong)")
            #expect(try await reason { $0.userName = "locked" }.contains("no password supplied"))
            let missing = try await reason { ($0.userName, $0.password) = ("locked", .environment("NONE")) }
            #expect(missing.contains("the password: no such secret"), "\(missing)")
            #expect(try await reason { $0.userName = "nobody" }.contains("28000"))
            #expect(try await reason { $0.database = "nowhere" }.contains("3D000"))
            #expect(try await reason { $0.userName = "weak" }.contains("42501"))
            #expect(
                try await reason { ($0.userName, $0.password) = ("locked", .environment("RIGHT")) }.contains("42501"))
            try server.query("GRANT CREATE ON DATABASE postgres TO locked")
            #expect(try await reason { ($0.userName, $0.password) = ("locked", .environment("RIGHT")) } == "no error")
            try server.query("INSERT INTO guestwatch.schema_version VALUES (99)")
            #expect(try await reason { _ in }.contains("has version 99, this program knows 1"))
        }
    }
#endif
