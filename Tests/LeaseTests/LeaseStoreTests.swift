import AgentCore
import AgentTestKit
import HTTPClient
import Sinks
import Testing

/// What every store of leases promises, checked on each.
@Suite(
    "A store of leases on a real server", .serialized,
    .disabled(if: LeaseKind.installed.isEmpty, "there is neither etcd nor nats-server"), .timeLimit(.minutes(2)))
struct LeaseStoreTests {
    @Test(
        "a value changes only when whoever changes it knows the last revision, and each change has another",
        arguments: LeaseKind.installed)
    func revisions(kind: LeaseKind) async throws {
        let bench = try await LeaseBench(kind)
        let (one, other) = (try bench.store(), try bench.store())
        #expect(try await one.read() == nil)
        let first = try #require(try await one.write([1], replacing: nil))
        #expect(try await other.read() == LeaseValue(bytes: [1], revision: first))
        #expect(try await other.write([2], replacing: nil) == nil)
        let second = try #require(try await other.write([2], replacing: first))
        #expect(second != first)
        #expect(try await one.write([3], replacing: first) == nil)
        #expect(try await one.read() == LeaseValue(bytes: [2], revision: second))
        // Given back and used again; another key is another lease.
        await one.close()
        #expect(try await one.write([4], replacing: second) != nil)
        let elsewhere = try bench.store("vc2")
        #expect(try await elsewhere.read() == nil)
        #expect(try await elsewhere.write([9], replacing: nil) != nil)
        #expect(try await other.read()?.bytes == [4])
        for store in [one, other, elsewhere] { await store.close() }
    }

    @Test("of many who change it at once one succeeds, each time", arguments: LeaseKind.installed)
    func race(kind: LeaseKind) async throws {
        let bench = try await LeaseBench(kind)
        let stores = try (0..<8).map { _ in try bench.store() }
        var revision: UInt64?
        for round in 0..<5 as Range<UInt8> {
            let last = revision
            let winners = try await withThrowingTaskGroup(of: UInt64?.self) { group in
                for (number, store) in stores.enumerated() {
                    group.addTask { try await store.write([round, UInt8(number)], replacing: last) }
                }
                return try await group.reduce(into: [UInt64]()) { if let revision = $1 { $0.append(revision) } }
            }
            #expect(winners.count == 1)
            revision = winners.first
            #expect(try await stores[0].read()?.revision == revision)
        }
        for store in stores { await store.close() }
    }

    @Test(
        "a server that is gone is told by an error, and has the value when it is back", arguments: LeaseKind.installed)
    func outage(kind: LeaseKind) async throws {
        let bench = try await LeaseBench(kind)
        let store = try bench.store()
        let revision = try #require(try await store.write([1], replacing: nil))
        try await bench.kill()
        await #expect(throws: (any Error).self) { try await store.read() }
        await #expect(throws: (any Error).self) { try await store.write([2], replacing: revision) }
        try await bench.start()
        try await waitUntil("the store answers") { (try? await store.read()) != nil }
        #expect(try await store.read() == LeaseValue(bytes: [1], revision: revision))
        #expect(try await store.write([3], replacing: revision) != nil)
        await store.close()
    }

    @Test(
        "a change that another endpoint made while its answer was lost is known to be ours",
        .disabled(if: EtcdServer.isMissing, "there is no etcd"))
    func lostAnswer() async throws {
        let server = try await EtcdServer()
        let transport = CurlTransport(HTTPConnection())
        // It does what it is asked, and the answer never comes.
        let lossy = try LoopbackServer(answering: { request in
            var onward = request
            onward.url = server.endpoint + "/v3/" + (request.url.split(separator: "/v3/").last.map(String.init) ?? "")
            _ = try? await transport.send(onward)
            return ServedAnswer(ending: .cutBeforeHead)
        })
        let settings = EtcdClient.Settings(endpoints: [lossy.url, server.endpoint], timeout: .seconds(2))
        let store = try EtcdLeaseStore(EtcdLeaseConfiguration(client: settings, key: "vc1"), in: .lease)
        let first = try #require(try await store.write([1], replacing: nil))
        #expect(try await store.read() == LeaseValue(bytes: [1], revision: first))
        await store.close()
        lossy.stop()
        await transport.close()
    }

    @Test("what a person must mend is said as such", .disabled(if: EtcdServer.isMissing, "there is no etcd"))
    func refused() async throws {
        let server = try await EtcdServer()
        for command in ["user add root:secret", "user grant-role root root", "auth enable"] {
            let process = try ChildProcess(
                .init(
                    "/usr/bin/etcdctl", command.split(separator: " ").map(String.init),
                    environment: ["ETCDCTL_API": "3", "ETCDCTL_ENDPOINTS": server.endpoint]))
            #expect(try await process.waitForExit() == .code(0), "\(process.errors)")
        }
        let settings = EtcdClient.Settings(endpoints: [server.endpoint])
        let store = try EtcdLeaseStore(EtcdLeaseConfiguration(client: settings, key: "vc1"), in: .lease)
        await #expect(throws: CollectorError.self) { try await store.read() }
        await store.close()
    }
}
