#if NATS
    import AgentCore
    import AgentTestKit
    import EventModel
    import Platform
    import Testing

    @testable import NATSClient
    @testable import Sinks

    @Suite(
        "Who may speak to NATS", .serialized, .disabled(if: NATSServer.isMissing, "there is no nats-server"),
        .timeLimit(.minutes(5)))
    struct NATSAccessTests {
        private static func context(_ secrets: [String: String]) -> SinkContext {
            var context = SinkContext.conformance
            context.secrets = SecretStore { reference throws(SecretError) in
                guard case .environment(let name) = reference, let secret = secrets[name] else {
                    throw SecretError("\(reference) is not set")
                }
                return secret
            }
            return context
        }

        private static func sink(
            _ server: NATSServer, _ change: (inout NATSEndpoint) -> Void, _ secrets: [String: String] = [:]
        ) throws -> NATSSink {
            var configuration = NATSSinkTests.configuration(server, timeout: .seconds(2))
            change(&configuration.endpoint)
            return try NATSSink(configuration, in: context(secrets))
        }

        @Test("a user is let in by the right password; a wrong one is held and never told")
        func password() async throws {
            let server = try await NATSServer(settings: "authorization { user: agent, password: s3cret }")
            let login: (inout NATSEndpoint) -> Void = {
                ($0.username, $0.password) = ("agent", .environment("P"))
            }
            let wrong = try Self.sink(server, login, ["P": "hunter2"])
            let reason = await heldReason { try await wrong.deliver(Entry.numbered(1...1)) }
            #expect(reason.contains("cannot connect") && !reason.contains("hunter2"), "\(reason)")
            let missing = try Self.sink(server, login)
            #expect(await heldReason { try await missing.deliver(Entry.numbered(1...1)) }.contains("is not set"))
            let right = try Self.sink(server, login, ["P": "s3cret"])
            try await right.deliver(Entry.numbered(1...1))
        }

        @Test("a token lets in; without it a delivery is held")
        func token() async throws {
            let server = try await NATSServer(settings: "authorization { token: t0ken }")
            let without = try Self.sink(server, { _ in })
            #expect(await heldReason { try await without.deliver(Entry.numbered(1...1)) }.contains("cannot connect"))
            let with = try Self.sink(server, { $0.token = .environment("T") }, ["T": "t0ken"])
            try await with.deliver(Entry.numbered(1...1))
        }

        @Test("a subject we may not publish is held, and said so")
        func permission() async throws {
            let server = try await NATSServer(
                settings: """
                    authorization {
                      users: [
                        { user: agent, password: s3cret, permissions: { publish: { deny: "guestwatch.>" } } }
                        { user: boss, password: s3cret }
                      ]
                    }
                    """)
            let sink = try Self.sink(
                server, { ($0.username, $0.password) = ("agent", .environment("P")) }, ["P": "s3cret"])
            let reason = await heldReason { try await sink.deliver(Entry.numbered(1...3)) }
            #expect(reason.contains("Permissions Violation"), "\(reason)")
            let boss = try Self.sink(
                server, { ($0.username, $0.password) = ("boss", .environment("P")) }, ["P": "s3cret"])
            try await boss.deliver(Entry.numbered(1...3))
        }

        @Test("TLS with the right authority delivers; with another, or an expired certificate, it is held")
        func tls() async throws {
            let authority = try await Certificates.make()
            let server = try await NATSServer(settings: authority.settings("server"))
            let right = try Self.sink(server) {
                $0.tls = NATSTLS(caFile: authority.path("ca.pem"), serverName: "localhost")
            }
            try await right.deliver(Entry.numbered(1...2))
            let other = try await Certificates.make()
            let wrong = try Self.sink(server) {
                $0.tls = NATSTLS(caFile: other.path("ca.pem"), serverName: "localhost")
            }
            #expect(await heldReason { try await wrong.deliver(Entry.numbered(3...3)) }.contains("cannot connect"))
            let name = try Self.sink(server) {
                $0.tls = NATSTLS(caFile: authority.path("ca.pem"), serverName: "elsewhere.example")
            }
            #expect(await heldReason { try await name.deliver(Entry.numbered(3...3)) }.contains("cannot connect"))
            let absent = try Self.sink(server) { $0.tls = NATSTLS(caFile: authority.path("absent.pem")) }
            #expect(await heldReason { try await absent.deliver(Entry.numbered(3...3)) }.contains("absent.pem"))

            let expired = try await NATSServer(settings: authority.settings("expired"))
            let late = try Self.sink(expired) {
                $0.tls = NATSTLS(caFile: authority.path("ca.pem"), serverName: "localhost")
            }
            #expect(await heldReason { try await late.deliver(Entry.numbered(1...1)) }.contains("cannot connect"))
        }

        @Test("a server that wants a client certificate gets ours, and holds those without")
        func clientCertificate() async throws {
            let authority = try await Certificates.make()
            let server = try await NATSServer(settings: authority.settings("server", verify: true))
            let with = try Self.sink(server) {
                $0.tls = NATSTLS(
                    caFile: authority.path("ca.pem"), certificate: authority.path("client.pem"),
                    key: authority.path("client.key"), serverName: "localhost")
            }
            try await with.deliver(Entry.numbered(1...2))
            let without = try Self.sink(server) {
                $0.tls = NATSTLS(caFile: authority.path("ca.pem"), serverName: "localhost")
            }
            do {
                try await without.deliver(Entry.numbered(3...3))
                Issue.record("it was let in")
            } catch {}
            #expect(await !without.isConnected)
        }
    }

    /// An authority of a test's own with certificates: `server`, `client`, `expired`.
    struct Certificates {
        let folder: TemporaryDirectory

        static func make() async throws -> Certificates {
            let folder = try TemporaryDirectory("certificates")
            let script = """
                set -e
                openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout ca.key -out ca.pem \
                  -days 10 -subj "/CN=Test CA $$" 2>/dev/null
                for name in server client expired; do
                  openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout $name.key -out $name.csr \
                    -subj "/CN=$name" 2>/dev/null
                  printf 'subjectAltName=DNS:localhost,IP:127.0.0.1\\n' > $name.ext
                  days=10; if [ $name = expired ]; then days=-1; fi
                  openssl x509 -req -in $name.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days $days \
                    -extfile $name.ext -out $name.pem 2>/dev/null
                done
                """
            let openssl = try ChildProcess(.init("/bin/sh", ["-c", script], directory: folder.path))
            guard try await openssl.waitForExit(limit: .seconds(60)) == .code(0) else {
                throw EndedEarly(exit: openssl.exit, errors: openssl.errors)
            }
            return Certificates(folder: folder)
        }

        func path(_ name: String) -> String { folder.path(name) }

        func settings(_ name: String, verify: Bool = false) -> String {
            """
            tls { cert_file: "\(path("\(name).pem"))", key_file: "\(path("\(name).key"))"
                  \(verify ? "ca_file: \"\(path("ca.pem"))\", verify: true" : "") }
            """
        }
    }
#endif
