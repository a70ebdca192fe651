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
        help: ArgumentHelp(
            "The agent's API: a socket's path, host:port or a URL (default: as the configuration says).",
            valueName: "address"))
    var api: String?

    @Option(help: "A file with the bearer token for an API over TCP.", completion: .file())
    var tokenFile: String?

    @Option(help: "A PEM file with the authorities that vouch for an API over TLS.", completion: .file())
    var ca: String?

    /// A client of the agent meant.
    func client() throws -> APIClient {
        let token = try tokenFile.map { path in
            do throws(SecretError) {
                return try SecretStore.system.read(.file(path))
            } catch {
                throw ExitStatus.configuration.exit("\(error)")
            }
        }
        return APIClient(try address(), trust: ca.map { .authorities(file: $0) } ?? .systemAuthorities, token: token)
    }

    private func address() throws -> AgentAddress {
        if let api { return AgentAddress(api) }
        // A client's place need not have a configuration; one that is there must be sound.
        guard options.config != nil || ConfigurationFile.defaultPaths.contains(where: { access($0, R_OK) == 0 }) else {
            return .socket(Self.defaultSocket)
        }
        let file = try ConfigurationFile.loadOrExit(options.config)
        if let socket = file.configuration.api?.socket { return .socket(socket) }
        if let listen = file.configuration.api?.listen { return .url("http://\(listen.text)") }
        return .socket(Self.defaultSocket)
    }
}

extension ConnectionOptions {
    /// Runs a command against the agent, and ends it with the right status when that fails.
    func run(_ body: (APIClient) async throws -> Void) async throws {
        let client = try client()
        do {
            try await body(client)
        } catch let error as APIError {
            throw error.exitStatus.exit("\(error)")
        } catch is BrokenOutput {
            // Who reads no more has what it wanted.
        }
    }
}
