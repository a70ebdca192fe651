#if Redis
    import AgentCore
    import AgentTestKit
    import EventModel
    import Testing

    @testable import Sinks

    @Suite struct RedisEncoderTests {
        let encoder = RedisEncoder(stream: "events", sink: "bus", journal: "k3j2h1g0f9d8", maxLength: 10)

        @Test("a piece is one call of the script with the entries behind its arguments")
        func call() {
            let body = Array(#"{"specversion":"1.0","id":"1"}"#.utf8)[...]
            let entries = [UInt64(4), 9].map { Entry(sequence: $0, type: "vm.created", severity: .info, body: body) }
            let event = #"{"sequence":"00000000000000000009","journal":"k3j2h1g0f9d8","specversion":"1.0","id":"1"}"#
            let words = [
                "EVALSHA", "d1", "2", "events", "{events}:cursors", "k3j2h1g0f9d8/bus", "10", "00000000000000000004",
                "00000000000000000009", "guestwatch.vm.created", event,
            ]
            let expected = "*\(words.count)\r\n" + words.map { "$\($0.utf8.count)\r\n\($0)\r\n" }.joined()
            #expect(String(decoding: encoder.call("d1", of: entries, in: 1..<2), as: UTF8.self) == expected)
        }

        @Test("a delivery is cut by entries and by bytes; what is larger alone stays whole")
        func pieces() {
            #expect(encoder.pieces(of: []).isEmpty)
            #expect(encoder.pieces(of: Entry.numbered(1...1001)) == [0..<500, 500..<1000, 1000..<1001])
            let large = [Entry.numbered(1), .numbered(2, dataBytes: 2 << 20), .numbered(3)]
            #expect(encoder.pieces(of: large) == [0..<1, 1..<2, 2..<3])
        }

        @Test("the cursors lie in the slot of their stream")
        func slots() {
            #expect(encoder.cursors == "{events}:cursors")
            #expect(RedisEncoder(stream: "{a}b", sink: "", journal: "", maxLength: nil).cursors == "{a}b:cursors")
        }

        @Test(
            "error replies are sorted",
            arguments: [
                ("WRONGPASS invalid", RedisRefusal.error(.held(reason: "WRONGPASS invalid"))),
                ("OOM command not allowed", .error(.retryable(reason: "OOM command not allowed"))),
                ("MISCONF errors writing to disk", .error(.retryable(reason: "MISCONF errors writing to disk"))),
                ("LOADING Redis is loading", .error(.retryable(reason: "LOADING Redis is loading"))),
                ("ERR DB index is out of range", .error(.held(reason: "ERR DB index is out of range"))),
                (
                    "ERR Protocol error: invalid bulk length",
                    .error(.tooLarge(reason: "ERR Protocol error: invalid bulk length"))
                ),
                ("NOSCRIPT No matching script", .unknownScript),
                ("MOVED 3999 127.0.0.1:6381", .elsewhere(.tcp(host: "127.0.0.1", port: 6381))),
                ("MOVED 3999", .error(.retryable(reason: "MOVED 3999"))),
                ("", .error(.retryable(reason: ""))),
            ])
        func refusals(text: String, expected: RedisRefusal) {
            #expect(RedisRefusal(text) == expected)
        }

        @Test(
            "servers are read",
            arguments: [
                ("127.0.0.1:6380", RedisServer.tcp(host: "127.0.0.1", port: 6380)),
                ("redis.example", .tcp(host: "redis.example", port: 6379)),
                ("[::1]:7", .tcp(host: "::1", port: 7)), ("/run/redis.sock", .unix(path: "/run/redis.sock")),
                ("host:0", nil), ("host:x", nil), (":6379", nil), ("", nil), ("::1", nil), ("a b:1", nil),
            ] as [(String, RedisServer?)])
        func servers(text: String, expected: RedisServer?) {
            #expect(RedisServer(text) == expected)
        }

        @Test("a configuration says what is wrong with it")
        func configuration() throws {
            let text =
                #"{"server":"r:1","stream":"s","maxLength":5,"username":"u","password":{"env":"P"},"timeout":"1s"}"#
            let configuration = try read(text, as: RedisSinkConfiguration.self)
            #expect(configuration.server == .tcp(host: "r", port: 1) && configuration.maxLength == 5)
            #expect(
                problems(#"{"server":"r:1","username":"u","timeout":"1h"}"#, of: RedisSinkConfiguration.self) == [
                    #": timeout: not between 100 ms and 10 minutes; write "10s""#, #": "username" needs a "password""#,
                ])
        }
    }
#endif
