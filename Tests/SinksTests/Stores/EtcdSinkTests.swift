import AgentCore
import AgentTestKit
import EventModel
import Foundation
import HTTPClient
import Platform
import Testing

@testable import Sinks

@Suite("The etcd sink on a real server", .disabled(if: EtcdServer.isMissing, "etcd is not installed"))
struct EtcdSinkTests {
    /// The sequences of the events held, in their order as unsigned numbers.
    private static func sequences(_ server: EtcdServer, prefix: String = "/guestwatch/events/") async throws -> [UInt64]
    {
        try await server.values(prefix).map { try EventDecoder.decode($0.value).sequence ?? 0 }.sorted()
    }

    private static func configuration(_ server: EtcdServer, prefix: String = "/guestwatch/events/") -> EtcdConfiguration
    {
        EtcdConfiguration(client: server.settings, prefix: prefix)
    }

    @Test("keeps the promises of a sink")
    func conformance() async throws {
        let server = try await EtcdServer()
        for promise in SinkPromise.allCases {
            let prefix = "/\(promise)/"
            try await SinkConformance(
                repeats: .removed,
                start: { try EtcdSink(Self.configuration(server, prefix: prefix), in: $0) },
                delivered: { try await Self.sequences(server, prefix: prefix) },
                breakDestination: { try await server.kill() },
                mendDestination: { try await server.start() }
            ).check(promise)
        }
    }

    @Test("a repeat writes nothing: no key has a second revision; a watcher sees revisions in sequence order")
    func repeats() async throws {
        let server = try await EtcdServer()
        let sink = try EtcdSink(Self.configuration(server), in: .conformance)
        try await sink.deliver(Entry.numbered(1...300))
        let before = try await server.values()
        try await sink.deliver(Entry.numbered(1...300))
        try await sink.deliver(Entry.numbered(295...310))
        let after = try await server.values()
        #expect(Array(after.prefix(300)) == before && after.count == 310)
        let ordered = try after.map { ($0.modRevision, try EventDecoder.decode($0.value).sequence ?? 0) }
        #expect(zip(ordered, ordered.dropFirst()).allSatisfy { $0.0 <= $1.0 && $0.1 < $1.1 })
        await sink.stop()
    }

    @Test("events of one key in a batch are stored once")
    func doubles() async throws {
        let server = try await EtcdServer()
        let sink = try EtcdSink(Self.configuration(server), in: .conformance)
        try await sink.deliver([.made(1, id: "same"), .made(2, id: "same"), .made(3)])
        #expect(try await Self.sequences(server) == [1, 3])
        await sink.stop()
    }

    @Test("100,000 events arrive once through three kills of the server")
    func outage() async throws {
        let server = try await EtcdServer()
        let sink = try EtcdSink(Self.configuration(server), in: .conformance)
        try await sink.deliverThroughOutages {
            try await server.kill()
            try await server.start()
        }
        await sink.stop()
        // Keys are unique, so a repeat would be a second change of one.
        let values = try await server.values()
        let text = Array(#"{"sequence":""#.utf8)
        #expect(values.allSatisfy { $0.value.starts(with: text) })
        let digits = values.map { $0.value.dropFirst(text.count).prefix(20) }
        let sequences = digits.map { UInt64(String(decoding: $0, as: UTF8.self)) }
        #expect(sequences == (1...100_000).map { UInt64($0) })
    }

    @Test("events go with their lease; a lost lease is granted anew")
    func leases() async throws {
        let server = try await EtcdServer()
        let sink = try EtcdSink(Self.configuration(server), in: .conformance)
        try await sink.deliver([.made(1)])
        let client = try server.client()
        let first = try #require(try await server.values().first?.lease)
        let left = try #require(try await client.keepAlive(first))
        #expect(left > .seconds(24 * 3600) && left <= .seconds(25 * 3600 + 1))
        try await client.revoke(first)
        #expect(try await server.values().isEmpty)
        #expect(try await client.keepAlive(first) == nil)
        try await client.revoke(first)
        try await sink.deliver([.made(2)])
        let values = try await server.values()
        #expect(values.count == 1 && values[0].lease != first)
        var short = SinkContext.conformance
        short.expires = .seconds(240)
        let expiring = try EtcdSink(Self.configuration(server, prefix: "/short/"), in: short)
        try await expiring.deliver([.made(3)])
        let lease = try #require(try await server.values("/short/").first?.lease)
        #expect(try #require(try await client.keepAlive(lease)) == .seconds(251))
        for sink in [sink, expiring] { await sink.stop() }
        await client.close()
    }

    @Test("what is too large, answered as a 429, is rejected alone")
    func tooLarge() async throws {
        let server = try await EtcdServer()
        let sink = try EtcdSink(Self.configuration(server), in: .conformance)
        let letters = try await deliverInHalves(
            [.made(1), .numbered(2, dataBytes: 1_600_000), .numbered(3, dataBytes: 3 << 20), .made(4)], to: sink)
        #expect(letters.keys.sorted() == [2, 3], "\(letters)")
        #expect(letters.values.allSatisfy { $0.contains("larg") }, "\(letters)")
        #expect(try await Self.sequences(server) == [1, 4])
        await sink.stop()
    }

    @Test("a server that takes fewer operations gets smaller transactions")
    func fewOperations() async throws {
        let server = try await EtcdServer(["--max-txn-ops", "20"])
        let sink = try EtcdSink(Self.configuration(server), in: .conformance)
        try await sink.deliver(Entry.numbered(1...200))
        try await sink.deliver(Entry.numbered(150...250))
        #expect(try await Self.sequences(server) == Array(1...250))
        await sink.stop()
    }

    @Test("a full database is held until a person acts, not retried as a 429")
    func full() async throws {
        let server = try await EtcdServer(["--quota-backend-bytes", "1000000"])
        let sink = try EtcdSink(Self.configuration(server), in: .conformance)
        var reason = "no error"
        var sequence: UInt64 = 1
        while reason == "no error", sequence < 20_000 {
            let batch = Entry.numbered(sequence...sequence + 99)
            reason = await heldReason { try await sink.deliver(batch) }
            sequence += 100
        }
        #expect(reason.contains("database space exceeded"), "\(reason)")
        await sink.stop()
    }

    @Test("an endpoint that is down, or is no etcd, makes way for the next")
    func failover() async throws {
        let server = try await EtcdServer()
        let other = try LoopbackServer { _ in ServedAnswer(200, body: Array("hello".utf8)) }
        var configuration = Self.configuration(server)
        configuration.client.endpoints = [
            "http://127.0.0.1:\(try FreePort.find())", "http://127.0.0.1:\(other.port)", server.endpoint,
        ]
        let sink = try EtcdSink(configuration, in: .conformance)
        try await sink.deliver([.made(1)])
        await sink.stop()
        configuration.client.endpoints = ["http://127.0.0.1:\(other.port)"]
        let lost = try EtcdSink(configuration, in: .conformance)
        let reason = await retryReason { try await lost.deliver([.made(2)]) }
        #expect(reason.contains("answered no JSON object: \"hello\""), "\(reason)")
        await lost.stop()
    }

    @Test("with passwords: the right one delivers, also after its token is lost; a wrong one is held")
    func passwords() async throws {
        let server = try await EtcdServer()
        let environment = ["ETCDCTL_API": "3", "ETCDCTL_ENDPOINTS": server.endpoint]
        for command in [
            "user add root:secret", "user grant-role root root", "user add weak:secret", "auth enable",
        ] {
            let process = try ChildProcess(
                .init("/usr/bin/etcdctl", command.split(separator: " ").map(String.init), environment: environment))
            #expect(try await process.waitForExit() == .code(0), "\(process.errors)")
        }
        let context = SinkContext.conformance.with(secrets: ["RIGHT": "secret", "WRONG": "not-this"])
        var configuration = Self.configuration(server)
        (configuration.client.userName, configuration.client.password) = ("root", .environment("RIGHT"))
        let sink = try EtcdSink(configuration, in: context)
        try await sink.deliver([.made(1)])
        // A restarted server has forgotten all tokens.
        try await server.kill()
        try await server.start()
        try await sink.deliver([.made(2)])
        func reason(_ userName: String?, _ password: String?) async throws -> String {
            configuration.client.userName = userName
            configuration.client.password = password.map { .environment($0) }
            let sink = try EtcdSink(configuration, in: context)
            let reason = await heldReason { try await sink.deliver([.made(3)]) }
            await sink.stop()
            return reason
        }
        let wrong = try await reason("root", "WRONG")
        #expect(wrong.contains("authentication failed") && !wrong.contains("not-this"), "\(wrong)")
        #expect(try await reason(nil, nil).contains("user name is empty"))
        #expect(try await reason("weak", "RIGHT").contains("permission denied"))
        #expect(try await reason("root", "NONE").contains("no such secret"))
        await sink.stop()
    }

    @Test("a password where nobody asks for one does no harm")
    func needless() async throws {
        let server = try await EtcdServer()
        var configuration = Self.configuration(server)
        (configuration.client.userName, configuration.client.password) = ("root", .environment("RIGHT"))
        let sink = try EtcdSink(configuration, in: .conformance.with(secrets: ["RIGHT": "secret"]))
        try await sink.deliver([.made(1)])
        #expect(try await Self.sequences(server) == [1])
        await sink.stop()
    }

    @Test("certificates decide who is trusted; a wrong or expired one, or none of ours, is held")
    func certificates() async throws {
        let certificates = try await StoreCertificates()
        let trusted = TLSTrust.authorities(file: certificates.path("ca.pem"))
        let server = try await EtcdServer(certificate: certificates.identity("server"))
        #expect(try await outcome(server, .init(trust: trusted)) == "no error")
        let wrong = TLSTrust.authorities(file: certificates.path("other.pem"))
        #expect(try await outcome(server, .init(trust: wrong)).contains("not trusted"))
        let expired = try await EtcdServer(certificate: certificates.identity("expired"))
        #expect(try await outcome(expired, .init(trust: trusted)).contains("expired"))
    }

    @Test("a server that wants our certificate gets it; without it the delivery does not go through")
    func clientCertificate() async throws {
        let certificates = try await StoreCertificates()
        let trusted = TLSTrust.authorities(file: certificates.path("ca.pem"))
        let identity = certificates.identity("client")
        let server = try await EtcdServer(
            ["--trusted-ca-file", certificates.path("ca.pem"), "--client-cert-auth"],
            certificate: certificates.identity("server"), identity: identity)
        #expect(try await outcome(server, .init(trust: trusted, identity: identity)) == "no error")
        #expect(try await outcome(server, .init(trust: trusted)) != "no error")
    }

    private func outcome(_ server: EtcdServer, _ connection: HTTPConnection) async throws -> String {
        var configuration = Self.configuration(server)
        configuration.client.connection = connection
        let sink = try EtcdSink(configuration, in: .conformance)
        let reason = await heldReason { try await sink.deliver([.made(1)]) }
        await sink.stop()
        return reason
    }

    @Test("the client creates, replaces by revision, lists, and keeps a lease: what an election needs")
    func client() async throws {
        let server = try await EtcdServer()
        let client = try server.client()
        let lease = try await client.grant(.seconds(30))
        let key = Array("/lease/vc1".utf8)
        let mine = EtcdTransaction.Put(key: key, value: [1])
        #expect(try await client.create(mine, lease: lease))
        #expect(try await client.create(.init(key: key, value: [2])) == false)
        let held = try #require(try await client.get(key))
        #expect(held.value == [1] && held.lease == lease)
        #expect(try await client.replace(.init(key: key, value: [3]), unchangedSince: held.modRevision, lease: lease))
        #expect(try await client.replace(mine, unchangedSince: held.modRevision, lease: lease) == false)
        #expect(try await client.keepAlive(lease) == .seconds(30))
        try await client.revoke(lease)
        #expect(try await client.get(key) == nil)
        #expect(try await client.create(.init(key: [5], value: []), lease: 0))
        #expect(try await client.list(prefix: [5], limit: 10).map(\.value) == [[]])
        await #expect(throws: EtcdError.self) { try await client.create(mine, lease: 12345) }
        await client.close()
    }
}
