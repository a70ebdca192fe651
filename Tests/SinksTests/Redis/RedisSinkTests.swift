#if Redis
    import AgentCore
    import AgentTestKit
    import EventModel
    import Foundation
    import Platform
    import Testing

    @testable import Sinks

    @Suite("The redis sink on a real redis-server", .enabled(if: RedisTestServer.isThere, "redis-server is missing"))
    struct RedisSinkTests {
        static func sink(
            _ server: RedisServer, username: String? = nil, password: String? = nil, replicas: Int = 0,
            maxLength: Int? = nil, timeout: Duration = .seconds(10), context: SinkContext = .conformance
        ) throws -> RedisSink {
            var context = context
            let secret = password ?? ""
            context.secrets = SecretStore { _ throws(SecretError) in secret }
            return try RedisSink(
                RedisSinkConfiguration(
                    server: server, maxLength: maxLength, username: username,
                    password: password == nil ? nil : .environment("PASSWORD"), replicas: replicas, timeout: timeout),
                in: context)
        }

        static func error(_ deliver: () async throws -> Void) async -> DeliveryError? {
            do {
                try await deliver()
                return nil
            } catch {
                return error as? DeliveryError
            }
        }

        @Test("keeps the promises of a sink", arguments: SinkPromise.allCases)
        func conformance(promise: SinkPromise) async throws {
            let redis = try RedisTestServer(["--appendonly", "yes", "--appendfsync", "always"])
            try await SinkConformance(
                repeats: .removed,
                start: { try Self.sink(redis.server, context: $0) },
                delivered: { try redis.sequences() },
                breakDestination: { redis.kill() },
                mendDestination: { try redis.restart() }
            ).check(promise)
        }

        @Test("100,000 events through kills of the server: none is missing, none comes twice, all in order")
        func outage() async throws {
            let redis = try RedisTestServer(["--appendonly", "yes", "--appendfsync", "always"])
            let sink = try Self.sink(redis.server)
            var failures = 0
            for start in stride(from: UInt64(1), through: 100_000, by: 1000) {
                let batch = Entry.numbered(start...start + 999)
                // Killed while the delivery is on its way: it may be there whole, in part, or not at all.
                let isKilled = start % 20_000 == 10_001
                let killer = isKilled ? Task.detached { redis.kill() } : nil
                while let error = await Self.error({ try await sink.deliver(batch) }) {
                    guard case .retryable = error else {
                        Issue.record("\(error)")
                        return
                    }
                    failures += 1
                    await killer?.value
                    try redis.restart()
                    try #require(failures < 50)
                }
                await killer?.value
                if isKilled { try redis.restart() }
            }
            await sink.stop()
            #expect(try redis.sequences() == Array(1...100_000))
        }

        @Test("several agents and sinks share a stream, and another journal instance begins anew")
        func sharing() async throws {
            let redis = try RedisTestServer()
            for (journal, name) in [("aaaaaaaaaaaa", "one"), ("bbbbbbbbbbbb", "one"), ("aaaaaaaaaaaa", "two")] {
                var context = SinkContext.conformance
                (context.journal, context.name) = (journal, name)
                let sink = try Self.sink(redis.server, context: context)
                try await sink.deliver(Entry.numbered(1...3))
                try await sink.deliver(Entry.numbered(2...4))
                await sink.stop()
            }
            let found = try redis.events()
            #expect(found.map(\.sequence) == [1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 4])
            #expect(found.map(\.journal)[3...4] == ["aaaaaaaaaaaa", "bbbbbbbbbbbb"])
            #expect(try redis.cli("HLEN", "{guestwatch}:cursors") == ["3"])
        }

        @Test("an entry has its type and the event's bytes as fields")
        func fields() async throws {
            let redis = try RedisTestServer()
            let sink = try Self.sink(redis.server)
            try await sink.deliver([.numbered(7)])
            await sink.stop()
            let lines = try redis.cli("XRANGE", "guestwatch", "-", "+")
            #expect(lines.count == 5)
            #expect(Array(lines[1...2]) == ["type", "guestwatch.vm.powered-on"])
            #expect(lines[3] == "event")
            #expect(
                lines[4].hasPrefix(#"{"sequence":"00000000000000000007","journal":"k3j2h1g0f9d8","specversion":"1.0","#)
            )
        }

        @Test("the stream is cut to about its length")
        func length() async throws {
            let redis = try RedisTestServer()
            let sink = try Self.sink(redis.server, maxLength: 1000)
            try await sink.deliver(Entry.numbered(1...5000))
            await sink.stop()
            let count = try #require(Int(try redis.cli("XLEN", "guestwatch").first ?? ""))
            #expect((1000...1200).contains(count))
        }

        @Test("refused credentials and missing permissions are held, and say why without the password")
        func held() async throws {
            let redis = try RedisTestServer(["--requirepass", "right"])
            try redis.cli("-a", "right", "ACL", "SETUSER", "reader", "on", ">secret1", "~*", "+@read", "+script|load")
            try redis.cli(
                "-a", "right", "ACL", "SETUSER", "writer", "on", ">secret2", "~*", "+@scripting", "+@connection",
                "+@read")
            let cases: [(String?, String?, String)] = [
                (nil, nil, "NOAUTH"), (nil, "wrong", "WRONGPASS"), ("nobody", "wrong", "WRONGPASS"),
                ("reader", "secret1", "NOPERM"), ("writer", "secret2", "can't run this command"),
            ]
            for (user, password, word) in cases {
                let sink = try Self.sink(redis.server, username: user, password: password)
                let error = await Self.error { try await sink.deliver(Entry.numbered(1...3)) }
                guard case .held(let reason, _) = error else {
                    Issue.record("not held: \(user ?? "-") \(String(describing: error))")
                    continue
                }
                #expect(reason.contains(word), "\(reason)")
                #expect(!reason.contains("secret") && !reason.contains("wrong"))
                await sink.stop()
            }
            let sink = try Self.sink(redis.server, username: "default", password: "right")
            try await sink.deliver(Entry.numbered(1...3))
            await sink.stop()
            #expect(try redis.cli("-a", "right", "--no-auth-warning", "XLEN", "guestwatch") == ["3"])
        }

        @Test("a key of another kind in the stream's place is held; nothing is written")
        func wrongKind() async throws {
            let redis = try RedisTestServer()
            try redis.cli("SET", "guestwatch", "text")
            let sink = try Self.sink(redis.server)
            guard case .held(let reason, _) = await Self.error({ try await sink.deliver(Entry.numbered(1...3)) }) else {
                Issue.record("not held")
                return
            }
            #expect(reason.contains("WRONGTYPE"))
            try redis.cli("DEL", "guestwatch")
            try await sink.deliver(Entry.numbered(1...3))
            await sink.stop()
            #expect(try redis.sequences() == [1, 2, 3])
        }

        @Test("a full server and a replica are retryable, and the delivery that comes again adds what is missing")
        func full() async throws {
            let redis = try RedisTestServer()
            let sink = try Self.sink(redis.server)
            try await sink.deliver(Entry.numbered(1...3))
            try redis.cli("CONFIG", "SET", "maxmemory", "1")
            guard case .retryable(let reason, _) = await Self.error({ try await sink.deliver(Entry.numbered(4...6)) })
            else {
                Issue.record("not retryable")
                return
            }
            #expect(reason.hasPrefix("OOM"))
            try redis.cli("CONFIG", "SET", "maxmemory", "0")
            try redis.cli("REPLICAOF", "127.0.0.1", "1")
            guard case .retryable(let reason, _) = await Self.error({ try await sink.deliver(Entry.numbered(4...6)) })
            else {
                Issue.record("not retryable")
                return
            }
            #expect(reason.contains("READONLY") || reason.contains("MASTERDOWN"), "\(reason)")
            try redis.cli("REPLICAOF", "NO", "ONE")
            try await sink.deliver(Entry.numbered(3...6))
            await sink.stop()
            #expect(try redis.sequences() == [1, 2, 3, 4, 5, 6])
        }

        @Test("an event larger than the server takes is found by halves, whatever it stands between")
        func tooLarge() async throws {
            let redis = try RedisTestServer()
            try redis.cli("CONFIG", "SET", "proto-max-bulk-len", "1mb")
            let sink = try Self.sink(redis.server)
            let entries = Entry.numbered(1...700) + [.numbered(701, dataBytes: 3 << 20)] + Entry.numbered(702...710)
            for batch in [entries, [entries[700]]] {
                let error = await Self.error { try await sink.deliver(batch) }
                guard case .tooLarge(let reason) = error else {
                    Issue.record("not too large: \(String(describing: error))")
                    return
                }
                #expect(reason.contains("invalid bulk length"))
            }
            try await sink.deliver(Array(entries[..<700]))
            try await sink.deliver(Array(entries[701...]))
            await sink.stop()
            #expect(try redis.sequences() == Array(1...700) + Array(702...710))
        }

        @Test("a server that does not answer costs no more than the timeout")
        func silent() async throws {
            let redis = try RedisTestServer()
            let sink = try Self.sink(redis.server, timeout: .milliseconds(300))
            try await sink.deliver(Entry.numbered(1...3))
            redis.suspend()
            for _ in 1...2 {
                guard case .retryable = await Self.error({ try await sink.deliver(Entry.numbered(4...6)) }) else {
                    Issue.record("not retryable")
                    return
                }
            }
            redis.resume()
            try await sink.deliver(Entry.numbered(4...6))
            await sink.stop()
            #expect(try redis.sequences() == [1, 2, 3, 4, 5, 6])
        }

        @Test("fewer replicas than wanted are retryable; with them it is delivered, once")
        func replicas() async throws {
            let redis = try RedisTestServer()
            let sink = try Self.sink(redis.server, replicas: 1, timeout: .milliseconds(500))
            guard case .retryable(let reason, _) = await Self.error({ try await sink.deliver(Entry.numbered(1...3)) })
            else {
                Issue.record("not retryable")
                return
            }
            #expect(reason.contains("fewer than 1"))
            let replica = try RedisTestServer([
                "--replicaof", "127.0.0.1", "\(redis.port)", "--repl-diskless-sync-delay", "0",
            ])
            var attempts = 0
            while await Self.error({ try await sink.deliver(Entry.numbered(1...3)) }) != nil {
                attempts += 1
                try #require(attempts < 100)
            }
            // One that does not keep up is not taken for one that has it, however often it is asked.
            replica.suspend()
            for _ in 1...2 {
                guard case .retryable = await Self.error({ try await sink.deliver(Entry.numbered(4...6)) }) else {
                    Issue.record("not retryable")
                    return
                }
            }
            replica.resume()
            attempts = 0
            while await Self.error({ try await sink.deliver(Entry.numbered(4...6)) }) != nil {
                attempts += 1
                try #require(attempts < 100)
            }
            await sink.stop()
            #expect(try redis.sequences() == [1, 2, 3, 4, 5, 6])
            #expect(try replica.sequences() == [1, 2, 3, 4, 5, 6])
        }

        @Test("a script the server has forgotten is given again")
        func forgottenScript() async throws {
            let redis = try RedisTestServer()
            let sink = try Self.sink(redis.server)
            try await sink.deliver(Entry.numbered(1...3))
            try redis.cli("SCRIPT", "FLUSH")
            try await sink.deliver(Entry.numbered(2...6))
            await sink.stop()
            #expect(try redis.sequences() == [1, 2, 3, 4, 5, 6])
        }

        @Test("in a cluster the node that has the stream is found")
        func cluster() async throws {
            let nodes = try [
                RedisTestServer(["--cluster-enabled", "yes"]), RedisTestServer(["--cluster-enabled", "yes"]),
            ]
            let sink = try Self.sink(nodes[0].server)
            guard case .retryable(let reason, _) = await Self.error({ try await sink.deliver(Entry.numbered(1...3)) })
            else {
                Issue.record("not retryable")
                return
            }
            #expect(reason.hasPrefix("CLUSTERDOWN"))
            // The second node has all slots; the first knows it.
            try nodes[1].cli("CLUSTER", "ADDSLOTSRANGE", "0", "16383")
            try nodes[0].cli("CLUSTER", "MEET", "127.0.0.1", "\(nodes[1].port)")
            var attempts = 0
            while await Self.error({ try await sink.deliver(Entry.numbered(1...3)) }) != nil {
                attempts += 1
                try #require(attempts < 500)
                usleep(20_000)
            }
            await sink.stop()
            #expect(try nodes[1].sequences() == [1, 2, 3])
        }

        @Test(
            "a server that answers nonsense is retryable",
            arguments: [
                "HTTP/1.1 200 OK\r\n\r\n", "+OK\r\n", "*3\r\n:1\r\n", "$-5\r\n", ":12345678901234567890123\r\n",
                "\0\0\0",
            ])
        func nonsense(answer: String) async throws {
            let server = try NonsenseServer(answer: Array(answer.utf8))
            defer { server.stop() }
            let sink = try Self.sink(.tcp(host: "127.0.0.1", port: server.port), timeout: .milliseconds(400))
            guard case .retryable = await Self.error({ try await sink.deliver(Entry.numbered(1...3)) }) else {
                Issue.record("not retryable")
                return
            }
            await sink.stop()
        }

        @Test("a server that never ends its reply is given up at a limit")
        func endless() async throws {
            let server = try NonsenseServer(answer: Array(repeating: UInt8(ascii: "+"), count: 4 << 20))
            defer { server.stop() }
            let sink = try Self.sink(.tcp(host: "127.0.0.1", port: server.port), timeout: .seconds(10))
            guard case .retryable(let reason, _) = await Self.error({ try await sink.deliver(Entry.numbered(1...3)) })
            else {
                Issue.record("not retryable")
                return
            }
            #expect(reason.contains("a reply of more than"))
            await sink.stop()
        }
    }
#endif
