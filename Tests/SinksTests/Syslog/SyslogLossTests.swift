import AgentCore
import AgentTestKit
import EventModel
import Foundation
import Testing

@testable import Sinks

@Suite("The syslog sink and what is lost", .enabled(if: !SyslogServer.isMissing, "rsyslog and syslog-ng are not there"))
struct SyslogLossTests {
    @Test("the syslog sink keeps the promises of a sink", arguments: SinkPromise.allCases)
    func conformance(promise: SinkPromise) async throws {
        let server = try await SyslogServer(.rsyslog)
        var configuration = SyslogServerTests.configuration(.tcp, of: server)
        configuration.resend = 0
        let used = configuration
        try await SinkConformance(
            repeats: .kept,
            start: { try SyslogSink(used, in: $0) },
            delivered: {
                try await server.stop()
                return try server.sequences()
            },
            breakDestination: {
                try await waitUntil("what came is written") { server.lines().count == 3 }
                try await server.stop()
            },
            mendDestination: { try await server.start() }
        ).check(promise)
    }

    /// A server that takes connections and, told so, reads nothing of them: what its system took dies with it.
    @Test("what a server's system took but the server never read is sent again by itself", arguments: [0, 1 << 20])
    func unread(resend: Int) async throws {
        let port = try FreePort.find()
        var listener: SilentListener? = try SilentListener(port: port)
        #expect(listener != nil)
        let configuration = SyslogConfiguration(
            url: Endpoint(scheme: "tcp", host: "127.0.0.1", port: port), timeout: .seconds(5), resend: resend)
        let sink = try SyslogSink(configuration, in: .conformance)
        // Acknowledged, for the system has it.
        try await sink.deliver(Entry.numbered(1...20))
        listener = nil
        let server = try await SyslogServer(.rsyslog, port: port)
        if resend > 0 {
            // Nothing more is delivered: the sink looks by itself.
            try await waitUntil("all is sent again") { server.lines().count == 20 }
            #expect(try server.sequences() == Array(1...20))
        } else {
            try await sink.deliver([.numbered(21)])
            try await waitUntil("the next event arrives") { server.lines().count == 1 }
            #expect(try server.sequences() == [21])
        }
        await sink.stop()
    }

    @Test(
        "a server killed thrice in a storm of 100,000 loses nothing but what it lost itself; repeats tell themselves",
        .timeLimit(.minutes(3)))
    func killed() async throws {
        let server = try await SyslogServer(.rsyslog)
        let sink = try SyslogSink(SyslogServerTests.configuration(.tcp, of: server), in: .conformance)
        let (batches, size) = (200, UInt64(500))
        for batch in 0..<UInt64(batches) {
            let entries = Entry.numbered((batch * size + 1)...((batch + 1) * size))
            if [50, 100, 150].contains(batch) {
                try await server.kill()
                try await server.start()
            }
            await untilDelivered { try await sink.deliver(entries) }
        }
        await sink.stop()
        try await server.stop()
        let sequences = try server.understoodWhole()
        let missing = Set(1...UInt64(batches) * size).subtracting(sequences)
        #expect(missing.isEmpty, "\(missing.count) lost")
    }

    @Test(
        "a server that does not read is given up after the timeout, and read nothing from twice",
        .timeLimit(.minutes(1)))
    func slow() async throws {
        let listener = try SilentListener(port: try FreePort.find())
        let configuration = SyslogConfiguration(
            url: Endpoint(scheme: "tcp", host: "127.0.0.1", port: listener.port), timeout: .milliseconds(300))
        let sink = try SyslogSink(configuration, in: .conformance)
        let start = ContinuousClock.now
        let reason = await retryReason {
            for batch in 0..<100 as Range<UInt64> {
                try await sink.deliver(Entry.numbered((batch * 1000 + 1)...(batch * 1000 + 1000)))
            }
        }
        #expect(reason.contains("did not take what"), "\(reason)")
        #expect(ContinuousClock.now - start < .seconds(50))
        await sink.stop()
    }

    private func untilDelivered(_ deliver: () async throws -> Void) async {
        while (try? await deliver()) == nil { try? await AgentClock.system.sleep(.milliseconds(20)) }
    }
}
