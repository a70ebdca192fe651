package import HTTPClient
import Platform

/// A real etcd of one member on loopback, on ports of its own and in a folder of its own; killed with its last
/// reference.
package final class EtcdServer: Sendable {
    private static let program = "/usr/bin/etcd"
    /// Whether there is no such program here.
    package static var isMissing: Bool { !TestFile.isExecutable(program) }

    /// `http://127.0.0.1:PORT`.
    package let endpoint: String
    private let peer: String
    private let folder: TemporaryDirectory
    private let arguments: [String]
    private let identity: TLSIdentity?
    private let process = Locked<ChildProcess?>(nil)

    /// Starts one. `certificate`: its own, for TLS; `identity`: ours, where it asks for one.
    package init(
        _ arguments: [String] = [], certificate: TLSIdentity? = nil, identity: TLSIdentity? = nil
    ) async throws {
        folder = try TemporaryDirectory("etcd")
        let port = try FreePort.find()
        endpoint = "\(certificate == nil ? "http" : "https")://127.0.0.1:\(port)"
        peer = "http://127.0.0.1:\(try FreePort.find())"
        let secured = certificate.map { ["--cert-file", $0.certificate, "--key-file", $0.key] } ?? []
        (self.arguments, self.identity) = (arguments + secured, identity)
        try await start()
    }

    /// How it is connected to, whoever it says it is.
    package var connection: HTTPConnection { HTTPConnection(trust: .insecure, identity: identity) }

    /// Starts it where it was; what it stored is there again.
    package func start() async throws {
        let process = try ChildProcess(
            .init(
                Self.program,
                [
                    "--data-dir", folder.path("data"), "--listen-client-urls", endpoint, "--advertise-client-urls",
                    endpoint, "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer, "--initial-cluster",
                    "default=\(peer)", "--log-level", "error",
                ] + arguments))
        self.process.withLock { $0 = process }
        let transport = CurlTransport(connection)
        let request = HTTPRequest("GET", "\(endpoint)/health")
        try await waitUntil("etcd is up; it wrote \(process.errors.suffix(300))", limit: .seconds(60)) {
            let answer = try? await transport.send(request)
            return answer.map { String(decoding: $0.1, as: UTF8.self).contains("true") } ?? false
        }
        await transport.close()
    }

    /// kill -9.
    package func kill() async throws {
        let running = process.withLock { $0 }
        running?.kill()
        _ = try await running?.waitForExit()
    }

    /// SIGSTOP or SIGCONT: a server that is there and says nothing.
    package func signal(_ number: Int32) {
        process.withLock { $0 }?.signal(number)
    }
}
