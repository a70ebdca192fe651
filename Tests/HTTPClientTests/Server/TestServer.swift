import Foundation

@testable import HTTPClient

/// `server.py`, started once for all tests. It ends when this process does, as its standard input ends then.
final class TestServer: Sendable {
    static let shared = Result { try TestServer() }

    let certificates: TestCertificates
    private let ports: [String: Int]
    private let input = Pipe()

    static func running() throws -> TestServer { try shared.get() }

    private init() throws {
        certificates = try TestCertificates()
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "server.py").path
        let output = Pipe()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments =
            ["python3", script]
            + ["good", "expired", "misnamed"].map { [certificates] in "\($0)=\(certificates.files($0))" }
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        ports = try JSONDecoder().decode([String: Int].self, from: output.fileHandleForReading.availableData)
    }

    /// A URL of the server called `name`.
    func url(_ path: String, of name: String = "plain") -> String {
        "\(name == "plain" ? "http" : "https")://127.0.0.1:\(port(name))\(path)"
    }

    func port(_ name: String) -> Int { ports[name] ?? 0 }
}

/// Runs `body` with a transport that is closed afterwards.
func withTransport<Result: Sendable>(
    _ connection: HTTPConnection = HTTPConnection(), _ body: (CurlTransport) async throws -> Result
) async throws -> Result {
    let transport = CurlTransport(connection)
    do {
        let result = try await body(transport)
        await transport.close()
        return result
    } catch {
        await transport.close()
        throw error
    }
}

/// How a request ends when it does not end well.
func failure(
    of request: HTTPRequest, by transport: any HTTPTransport, to receiver: any HTTPBodyReceiver = PieceCollector()
) async -> HTTPError? {
    do throws(HTTPError) {
        _ = try await transport.send(request, to: receiver)
        return nil
    } catch { return error }
}

extension HTTPTransport {
    /// A GET with its body as text.
    func get(_ url: String) async throws -> (HTTPResponse, String) {
        let (response, body) = try await send(HTTPRequest("GET", url))
        return (response, String(decoding: body, as: UTF8.self))
    }
}
