#if PostgreSQL
    import AgentCore
    import AgentTestKit
    import EventModel
    import Foundation
    import Platform
    import Testing

    @testable import Sinks

    @Suite("The postgres sink in trouble", .enabled(if: PostgresServer.isInstalled, "postgres is not installed"))
    struct PostgresOutageTests {
        @Test("100,000 events arrive once through three kills of the server")
        func outage() async throws {
            let server = try await PostgresServer()
            let sink = try PostgresSink(server.configuration, in: .conformance)
            try await sink.deliverThroughOutages {
                try await server.kill()
                try await server.start()
            }
            await sink.stop()
            let counts = try server.query("SELECT count(*), count(DISTINCT (source, id)) FROM guestwatch.events")
            #expect(counts == [["100000", "100000"]])
        }

        @Test("a lock that others hold ends at the timeout, is retryable, and a cancelled delivery ends at once")
        func blocked() async throws {
            let server = try await PostgresServer()
            var configuration = server.configuration
            configuration.timeout = .seconds(600)
            let patient = try PostgresSink(configuration, in: .conformance)
            try await patient.deliver([.made(1)])
            let holder = try server.connect()
            try holder.run("BEGIN; LOCK TABLE guestwatch.events IN ACCESS EXCLUSIVE MODE")
            configuration.timeout = .seconds(1)
            let sink = try PostgresSink(configuration, in: .conformance)
            let reason = await retryReason { try await sink.deliver([.made(2)]) }
            #expect(reason.contains("57014") || reason.contains("timed out"), "\(reason)")
            let delivery = Task { await retryReason { try await patient.deliver([.made(3)]) } }
            try await waitUntil("the delivery waits for the lock") {
                try server.query("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'").count > 0
            }
            delivery.cancel()
            #expect(await delivery.value == "cancelled")
            try holder.run("COMMIT")
            try await patient.deliver([.made(2), .made(3)])
            await sink.stop()
            await patient.stop()
            #expect(try server.sequences() == [1, 2, 3])
        }

        @Test("a server that says nothing, or nonsense, or is not there is retryable")
        func nonsense() async throws {
            let silent = try ChildProcess(.init("/usr/bin/python3", ["-c", Self.listener, ""]))
            let speaking = try ChildProcess(
                .init("/usr/bin/python3", ["-c", Self.listener, "HTTP/1.1 400 What?\r\n\r\n"]))
            for (process, words) in [(silent, "timed out: connect"), (speaking, "expected authentication request")] {
                let port = try #require(Int(try await process.waitForLine { _ in true }))
                let reason = try await Self.reason(port)
                #expect(reason.contains(words) || reason.contains("SSL negotiation"), "\(reason)")
            }
            #expect(try await Self.reason(try FreePort.find()).contains("Connection refused"))
        }

        private static func reason(_ port: Int) async throws -> String {
            let configuration = PostgresConfiguration(
                hosts: [.init(name: "127.0.0.1", port: port)], database: "d", userName: "u",
                tls: PostgresTLS(mode: .disable), timeout: .seconds(1))
            let sink = try PostgresSink(configuration, in: .conformance)
            let reason = await retryReason { try await sink.deliver([.made(1)]) }
            await sink.stop()
            return reason
        }

        /// Answers each connection with its argument.
        private static let listener = """
            import socket, sys
            server = socket.create_server(("127.0.0.1", 0))
            print(server.getsockname()[1], flush=True)
            held = []
            while True:
                held.append(server.accept()[0])
                held[-1].sendall(sys.argv[1].encode())
            """

        @Test("a host that is down makes way for the next")
        func failover() async throws {
            let server = try await PostgresServer()
            var configuration = server.configuration
            configuration.hosts.insert(.init(name: "127.0.0.1", port: try FreePort.find()), at: 0)
            let sink = try PostgresSink(configuration, in: .conformance)
            try await sink.deliver([.made(1)])
            await sink.stop()
            #expect(try server.sequences() == [1])
        }

        @Test("on a full disk deliveries are retried, and go on when there is room")
        func diskFull() async throws {
            let server = try await PostgresServer()
            let small = try TemporaryDirectory("tablespace")
            guard getuid() == 0, mount("none", small.path, "tmpfs", 0, "size=3m,mode=0777") == 0 else {
                return print("skipped: no tmpfs may be mounted here")
            }
            defer { umount2(small.path, 2) }
            PostgresServer.give(small.path)
            try server.query("CREATE TABLESPACE small LOCATION '\(small.path)'")
            try server.query("ALTER DATABASE postgres SET default_tablespace = small")
            let sink = try PostgresSink(server.configuration, in: .conformance)
            var reason = "no error"
            var sequence: UInt64 = 1
            while reason == "no error", sequence < 40_000 {
                let batch = Entry.numbered(sequence...sequence + 999)
                reason = await retryReason { try await sink.deliver(batch) }
                if reason == "no error" { sequence += 1000 }
            }
            #expect(reason.contains("SQLSTATE 53100"), "\(reason)")
            #expect(mount("none", small.path, "tmpfs", UInt(MS_REMOUNT), "size=64m,mode=0777") == 0)
            try await sink.deliver(Entry.numbered(sequence...sequence + 999))
            await sink.stop()
            #expect(try server.sequences() == Array(1...sequence + 999))
            try await server.kill()
        }
    }
#endif
