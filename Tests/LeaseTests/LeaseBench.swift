import AgentCore
import AgentTestKit
import EventModel
import HTTPClient
import Platform
import Sinks

#if NATS
    import Collectors
    import NATSClient
#endif

/// Where a lease may be, each on a real server.
enum LeaseKind: String, CaseIterable, Sendable {
    case etcd
    #if NATS
        case nats
    #endif

    /// Those whose server is installed here.
    static var installed: [LeaseKind] {
        allCases.filter { kind in
            switch kind {
            case .etcd: !EtcdServer.isMissing
            #if NATS
                case .nats: !NATSServer.isMissing
            #endif
            }
        }
    }
}

/// A server for leases, and how agents come to it.
struct LeaseBench: Sendable {
    private enum Server: Sendable {
        case etcd(EtcdServer)
        #if NATS
            case nats(NATSServer)
        #endif
    }

    private let server: Server

    init(_ kind: LeaseKind) async throws {
        switch kind {
        case .etcd: server = .etcd(try await EtcdServer())
        #if NATS
            case .nats: server = .nats(try await NATSServer())
        #endif
        }
    }

    /// A store for that key, as one agent has it.
    func store(_ key: String = "vc1") throws -> any LeaseStore {
        let timeout = Duration.milliseconds(400)
        switch server {
        case .etcd(let server):
            let client = EtcdClient.Settings(
                endpoints: [server.endpoint], connection: server.connection, timeout: timeout)
            return try EtcdLeaseStore(EtcdLeaseConfiguration(client: client, key: key), in: .lease)
        #if NATS
            case .nats(let server):
                let endpoint = NATSEndpoint(url: server.url, timeout: timeout)
                return try NATSLeaseStore(NATSLeaseConfiguration(endpoint: endpoint, key: key), in: .lease)
        #endif
        }
    }

    func start() async throws {
        switch server {
        case .etcd(let server): try await server.start()
        #if NATS
            case .nats(let server): try await server.start()
        #endif
        }
    }

    func kill() async throws {
        switch server {
        case .etcd(let server): try await server.kill()
        #if NATS
            case .nats(let server): try await server.kill()
        #endif
        }
    }

    func signal(_ number: Int32) {
        switch server {
        case .etcd(let server): server.signal(number)
        #if NATS
            case .nats(let server): server.signal(number)
        #endif
        }
    }
}

extension CollectorContext {
    static let lease = CollectorContext(
        name: "shared", clock: .system, transport: { CurlTransport($0) },
        secrets: SecretStore { _ throws(SecretError) in throw SecretError("no secrets in this test") })
}
