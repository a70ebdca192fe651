import AgentCore
import AgentTestKit
import Foundation
import HTTPClient
import Platform

@testable import Sinks

/// An etcd of its own on ports of its own, killed with its last reference.
final class EtcdServer: Sendable {
    static let program = "/usr/bin/etcd"
    static let isInstalled = FileManager.default.isExecutableFile(atPath: program)

    let port = StoreTools.freePort()
    let folder: TemporaryDirectory
    private let scheme: String
    private let arguments: [String]
    private let peerPort = StoreTools.freePort()
    private let process = Locked<ChildProcess?>(nil)

    private let identity: TLSIdentity?

    init(
        _ arguments: [String] = [], certificates: StoreCertificates? = nil, certificate: String = "server",
        identity: TLSIdentity? = nil
    ) async throws {
        self.identity = identity
        folder = try TemporaryDirectory("etcd")
        scheme = certificates == nil ? "http" : "https"
        var arguments = arguments
        if let certificates {
            arguments += ["--cert-file", certificates.path("\(certificate).pem")]
            arguments += ["--key-file", certificates.path("\(certificate).key")]
        }
        self.arguments = arguments
        try await start()
    }

    var endpoint: String { "\(scheme)://127.0.0.1:\(port)" }

    func start() async throws {
        let peer = "http://127.0.0.1:\(peerPort)"
        let process = try ChildProcess(
            .init(
                Self.program,
                [
                    "--data-dir", folder.path("data"), "--listen-client-urls", endpoint, "--advertise-client-urls",
                    endpoint, "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer, "--initial-cluster",
                    "default=\(peer)", "--log-level", "error",
                ] + arguments))
        self.process.withLock { $0 = process }
        let client = try self.client()
        try await waitUntil("etcd is up; it wrote \(process.errors.suffix(300))", limit: .seconds(60)) {
            do throws(EtcdError) {
                _ = try await client.get([1])
                return true
            } catch {
                if case .transport(.unreachable) = error.kind { return false }
                return !error.message.contains("no leader") && error.kind != .answered(code: 14)
            }
        }
        await client.close()
    }

    /// kill -9.
    func kill() async throws {
        guard let process = process.withLock({ $0 }) else { return }
        process.kill()
        _ = try await process.waitForExit()
    }

    var settings: EtcdClient.Settings {
        EtcdClient.Settings(endpoints: [endpoint], connection: .init(trust: .insecure, identity: identity))
    }

    func client(_ context: SinkContext = .conformance) throws -> EtcdClient {
        try EtcdClient(settings, transport: context.transport, secrets: context.secrets)
    }

    /// The values below a prefix in the order of their keys.
    func values(_ prefix: String = "/guestwatch/events/") async throws -> [EtcdClient.KeyValue] {
        let client = try client()
        var found: [EtcdClient.KeyValue] = []
        while true {
            let page = try await client.list(
                prefix: Array(prefix.utf8), from: found.last.map { $0.key + [0] }, limit: 2000)
            found += page
            if page.count < 2000 { break }
        }
        await client.close()
        return found
    }
}
