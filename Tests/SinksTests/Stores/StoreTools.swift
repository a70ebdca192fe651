import AgentCore
import AgentTestKit
import EventModel
import Foundation
import HTTPClient

/// What the tests of databases share: commands, certificates.
enum StoreTools {
    struct Failed: Error, CustomStringConvertible {
        var description: String
    }

    /// Runs a program to its end; gives what it printed.
    @discardableResult
    static func run(_ path: String, _ arguments: [String], in folder: String? = nil) async throws -> String {
        let process = try ChildProcess(.init(path, arguments, directory: folder))
        guard try await process.waitForExit(limit: .seconds(60)) == .code(0) else {
            throw Failed(description: "\(path) \(arguments): \(process.output)\(process.errors)")
        }
        return process.output
    }
}

/// Certificates of an authority of ours, made by openssl(1): `ca.pem`, and for each name `NAME.pem` and `NAME.key`.
final class StoreCertificates: Sendable {
    let folder: TemporaryDirectory

    init() async throws {
        folder = try TemporaryDirectory("certificates")
        try await authority("ca")
        try await authority("other")
        try await leaf("server", subject: "/CN=localhost", days: 2)
        try await leaf("expired", subject: "/CN=localhost", days: -1)
        try await leaf("client", subject: "/CN=certified", days: 2)
        chmod(folder.path, 0o755)
    }

    func path(_ name: String) -> String { folder.path(name) }

    func identity(_ name: String) -> TLSIdentity {
        TLSIdentity(certificate: path("\(name).pem"), key: path("\(name).key"))
    }

    private func authority(_ name: String) async throws {
        try await openssl(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=\(name)",
            "-days", "2", "-keyout", "\(name).key", "-out", "\(name).pem")
    }

    private func leaf(_ name: String, subject: String, days: Int) async throws {
        try "subjectAltName=DNS:localhost,IP:127.0.0.1".write(
            toFile: path("san"), atomically: true, encoding: .utf8)
        try await openssl(
            "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", subject, "-keyout",
            "\(name).key", "-out", "\(name).csr")
        try await openssl(
            "x509", "-req", "-in", "\(name).csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days",
            "\(days)", "-extfile", "san", "-out", "\(name).pem")
    }

    private func openssl(_ arguments: String...) async throws {
        try await StoreTools.run("/usr/bin/openssl", arguments, in: folder.path)
    }
}

extension SinkContext {
    /// With these secrets by the names of environment variables.
    func with(secrets: [String: String]) -> SinkContext {
        var context = self
        context.secrets = SecretStore { reference throws(SecretError) in
            guard case .environment(let name) = reference, let secret = secrets[name] else {
                throw SecretError("no such secret")
            }
            return secret
        }
        return context
    }
}

extension Entry {
    /// An entry of its own making, as a collector and the journal would make it.
    static func made(
        _ sequence: UInt64, id: String? = nil, source: String = "test://stores", at time: String? = nil,
        guest: Guest? = nil, data: String = "{}"
    ) -> Entry {
        let time = time.flatMap { Timestamp(rfc3339: $0) } ?? Timestamp(nanoseconds: 1_795_242_000_000_000_000)
        let event = Event(
            id: id ?? "made-\(sequence)", source: source, type: "vm.powered-on", time: time, guest: guest,
            data: JSONText(trusted: Array(data.utf8)[...]))
        return Entry(
            sequence: sequence, type: event.type, severity: event.severity, body: EventEncoder.encode(event)[...])
    }
}
