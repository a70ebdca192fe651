#if PostgreSQL
    import AgentCore
    import AgentTestKit
    import Foundation
    import Testing

    @testable import Sinks

    @Suite("The postgres sink over TLS", .enabled(if: PostgresServer.isInstalled, "postgres is not installed"))
    struct PostgresTLSTests {
        @Test("certificates decide who is trusted; a wrong or expired one is held")
        func certificates() async throws {
            let certificates = try await StoreCertificates()
            let server = try await PostgresServer(access: [
                "hostssl all certified 127.0.0.1/32 cert", "hostnossl all certified 127.0.0.1/32 reject",
            ])
            try server.query("CREATE ROLE certified LOGIN SUPERUSER")
            try await restart(server, with: "server", certificates)
            chmod(certificates.path("client.key"), 0o600)
            let authority = certificates.path("ca.pem")
            #expect(try await outcome(server, PostgresTLS(authorities: authority)) == "no error")
            let wrong = try await outcome(server, PostgresTLS(authorities: certificates.path("other.pem")))
            #expect(wrong.contains("certificate verify failed"), "\(wrong)")
            let client = PostgresTLS(
                authorities: authority, certificate: certificates.path("client.pem"),
                key: certificates.path("client.key"))
            #expect(try await outcome(server, client, as: "certified") == "no error")
            let unknown = try await outcome(server, PostgresTLS(authorities: authority), as: "certified")
            #expect(unknown.contains("28000"), "\(unknown)")
            let plain = try await outcome(server, PostgresTLS(mode: .disable), as: "certified")
            #expect(plain.contains("28000"), "\(plain)")
            let missing = try await outcome(server, PostgresTLS(authorities: "/nowhere.pem"))
            #expect(missing.contains("root certificate file \"/nowhere.pem\" does not exist"), "\(missing)")
            try await restart(server, with: "expired", certificates)
            let expired = try await outcome(server, PostgresTLS(authorities: authority))
            #expect(expired.contains("certificate verify failed"), "\(expired)")
        }

        private func restart(
            _ server: PostgresServer, with name: String, _ certificates: StoreCertificates
        ) async throws {
            try await server.kill()
            for (path, file) in [("\(name).pem", "\(name).crt"), ("\(name).key", "\(name).key")] {
                try server.install(certificates.path(path), as: file)
            }
            if name == "server" { try server.install(certificates.path("ca.pem"), as: "ca.crt") }
            try server.append(
                [
                    "ssl = on", "ssl_cert_file = '\(name).crt'", "ssl_key_file = '\(name).key'",
                    "ssl_ca_file = 'ca.crt'",
                ],
                to: "postgresql.conf")
            try await server.start()
        }

        private func outcome(
            _ server: PostgresServer, _ tls: PostgresTLS, as role: String = "postgres"
        ) async throws -> String {
            var configuration = server.configuration
            (configuration.tls, configuration.userName) = (tls, role)
            let sink = try PostgresSink(configuration, in: .conformance)
            let reason = await heldReason { try await sink.deliver([.made(1)]) }
            await sink.stop()
            return reason
        }
    }
#endif
