import AgentCore
import ArgumentParser
import Glibc
import HTTPClient
import WebAPI

/// Which agent a command speaks to.
struct ConnectionOptions: ParsableArguments {
    /// Where the packaged agent listens.
    static let defaultSocket = "/run/guestwatch/api.sock"

    @OptionGroup var options: ConfigurationOption

    @Option(
        name: [.long, .customLong("url")],
        help: ArgumentHelp(
            "The agent's API: a socket's path, host:port or a URL (default: as the configuration says).",
            valueName: "address"))
    var api: String?

    @Option(help: "A file with the bearer token for an API over TCP.", completion: .file())
    var tokenFile: String?

    @Option(help: "A PEM file with the authorities that vouch for an API over TLS.", completion: .file())
    var ca: String?

    @Option(help: "A PEM file with the certificate to show to an API that wants one.", completion: .file())
    var certificate: String?

    @Option(help: "A PEM file with the private key of --certificate.", completion: .file())
    var key: String?

    func validate() throws {
        guard (certificate == nil) == (key == nil) else {
            throw ValidationError("give both of --certificate and --key, or neither")
        }
    }

    /// A client of the agent meant.
    func client() throws -> APIClient {
        let token = try tokenFile.map { path in
            do throws(SecretError) {
                return try SecretStore.system.read(.file(path))
            } catch {
                throw ExitStatus.configuration.exit("\(error)")
            }
        }
        return APIClient(
            try address(), trust: ca.map { .authorities(file: $0) } ?? .systemAuthorities, identity: identity,
            token: token)
    }

    private var identity: TLSIdentity? {
        guard let certificate, let key else { return nil }
        return TLSIdentity(certificate: certificate, key: key)
    }

    private func address() throws -> AgentAddress {
        if let api { return AgentAddress(api) }
        // A client's place need not have a configuration; one that is there must be sound.
        guard options.config != nil || ConfigurationFile.defaultPaths.contains(where: { access($0, R_OK) == 0 }) else {
            return .socket(Self.defaultSocket)
        }
        let file = try ConfigurationFile.loadOrExit(options.config)
        if let socket = file.configuration.api?.socket { return .socket(socket) }
        if let api = file.configuration.api, let listen = api.listen {
            return .url("\(api.tls == nil ? "http" : "https")://\(listen.text)")
        }
        return .socket(Self.defaultSocket)
    }
}

extension ConnectionOptions {
    /// A client of the agent meant, if it runs: nil where the configuration names an agent that does not answer, or one
    /// without an API. Who gives an address means that one and no other.
    func clientIfRunning() async throws -> APIClient? {
        if api != nil { return try client() }
        let hasFile = options.config != nil || ConfigurationFile.defaultPaths.contains { access($0, R_OK) == 0 }
        if hasFile, try ConfigurationFile.loadOrExit(options.config).configuration.api == nil { return nil }
        let client = try client()
        do throws(APIError) {
            _ = try await client.get(APIPath("healthz"))
            return client
        } catch {
            if case .unreachable = error, hasFile { return nil }
            throw error.exitStatus.exit("\(error)")
        }
    }

    /// Runs a command against the agent, and ends it with the right status when that fails.
    func run(_ body: (APIClient) async throws -> Void) async throws {
        try await run(as: try client(), body)
    }

    /// Runs a command by a client, and ends it with the right status when that fails.
    func run(as client: APIClient, _ body: (APIClient) async throws -> Void) async throws {
        do {
            try await body(client)
        } catch let error as APIError {
            throw error.exitStatus.exit("\(error)")
        } catch is BrokenOutput {
            // Who reads no more has what it wanted.
        }
    }
}
