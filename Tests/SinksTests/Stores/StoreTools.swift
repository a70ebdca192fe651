import AgentCore
import AgentTestKit
import EventModel
import Foundation

/// What the tests of databases share: ports, commands, certificates.
enum StoreTools {
    struct Failed: Error, CustomStringConvertible {
        var description: String
    }

    /// A port of the loopback interface that nobody listens on.
    static func freePort() -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = bind(descriptor, $0, length)
                _ = getsockname(descriptor, $0, &length)
            }
        }
        return Int(UInt16(bigEndian: address.sin_port))
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

    /// Delivers as the agent does: what is refused or too large comes again in halves. Gives the dead letters.
    static func deliver(_ entries: [Entry], to sink: some Sink) async throws -> [UInt64: String] {
        do throws(DeliveryError) {
            try await sink.deliver(entries)
            return [:]
        } catch {
            if case .partial(let rejected) = error { return rejected }
            guard let reason = smallerReason(error) else { throw error }
            if entries.count == 1 { return [entries[0].sequence: reason] }
        }
        let middle = entries.count / 2
        let first = try await deliver(Array(entries[..<middle]), to: sink)
        return try await deliver(Array(entries[middle...]), to: sink).merging(first) { $1 }
    }

    /// Why a batch comes again in halves; nil when it does not.
    private static func smallerReason(_ error: DeliveryError) -> String? {
        switch error {
        case .refused(let reason), .tooLarge(let reason): reason
        default: nil
        }
    }

    /// Delivers until it succeeds; only what is retryable may come between.
    static func deliverThrough(_ entries: [Entry], to sink: some Sink, within limit: Duration) async throws {
        let end = ContinuousClock.now + limit
        while true {
            do {
                return try await sink.deliver(entries)
            } catch DeliveryError.retryable(let reason, _) {
                if ContinuousClock.now > end { throw Failed(description: "retried in vain: \(reason)") }
                try await Task.sleep(for: .milliseconds(20))
            }
        }
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

/// The reason of a held delivery; a text that says so when it is not held.
func heldReason(_ deliver: () async throws -> Void) async -> String {
    do {
        try await deliver()
        return "no error"
    } catch DeliveryError.held(let reason, _) {
        return reason
    } catch {
        return "not held: \(error)"
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
