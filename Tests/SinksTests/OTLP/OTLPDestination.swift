import AgentTestKit
import Foundation
import HTTPClient
import Platform

@testable import Sinks

/// A destination of OTLP requests: what it took is kept as it came, and read by OpenTelemetry's own package.
final class OTLPDestination: Sendable {
    /// The Python with that package, which `make setup-test` installs; nil without it.
    static let python: String? = {
        let path = PackageRoot[".build/otlp/bin/python"]
        return FileManager.default.fileExists(atPath: path) ? path : nil
    }()

    struct Unreadable: Error {
        var words: String
    }

    private struct State {
        var taken = 0
        var requests: [HTTPRequest] = []
    }

    private let folder: TemporaryFolder
    private let state = Locked(State())
    let server: FaultyServer
    private let answering: @Sendable (HTTPRequest) -> ServedAnswer

    /// `answering`: what is said to a request; a request is taken when that is a 2xx.
    init(answering: @escaping @Sendable (HTTPRequest) -> ServedAnswer = { _ in ServedAnswer() }) throws {
        folder = try TemporaryFolder()
        self.answering = answering
        let answer = Box<@Sendable (HTTPRequest) -> ServedAnswer>()
        server = try FaultyServer { answer.value?($0) ?? ServedAnswer(500) }
        answer.value = { [weak self] in self?.serve($0) ?? ServedAnswer(500) }
    }

    var url: String { server.url }

    /// All requests, taken or not.
    var requests: [HTTPRequest] { state.withLock { $0.requests } }

    func configuration(
        _ encoding: OTLPConfiguration.Encoding = .protobuf, body: OTLPConfiguration.Body = .event,
        compression: HTTPDestinationConfiguration.Compression = .gzip
    ) -> OTLPConfiguration {
        OTLPConfiguration(
            HTTPDestinationConfiguration(url: url, timeout: .seconds(20), compression: compression),
            encoding: encoding, body: body)
    }

    /// What the official package reads of the requests taken, in their order.
    func records() throws -> [[String: Any]] {
        try decode([]).compactMap { try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] }
    }

    /// The event ids of all records, in their order.
    func ids() throws -> [String] {
        try decode(["--ids"])
    }

    /// The numbers in the ids `event-N`.
    func sequences() throws -> [UInt64] {
        try ids().map { id in
            guard let number = UInt64(id.dropFirst("event-".count)) else { throw Unreadable(words: id) }
            return number
        }
    }

    private func serve(_ request: HTTPRequest) -> ServedAnswer {
        state.withLock { $0.requests.append(request) }
        guard request.url.hasSuffix("/v1/logs") else { return ServedAnswer(404) }
        let answer = answering(request)
        guard (200..<300).contains(answer.response.status) else { return answer }
        let number = state.withLock { state in
            state.taken += 1
            return state.taken
        }
        let kind = request.headers["Content-Type"] == "application/json" ? "json" : "pb"
        let packed = request.headers["Content-Encoding"] == "gzip" ? ".gz" : ""
        try? folder.write(request.body, to: String(format: "%06d.%@%@", number, kind, packed))
        return answer
    }

    private func decode(_ options: [String]) throws -> [String] {
        let files = try folder.names.map { folder.path(of: $0) }
        guard let python = Self.python, !files.isEmpty else { return [] }
        let process = Process()
        let (output, errors) = (Pipe(), Pipe())
        process.executableURL = URL(fileURLWithPath: python)
        process.arguments = [PackageRoot["Tests/otlp/decode.py"]] + options + files
        (process.standardOutput, process.standardError) = (output, errors)
        try process.run()
        let text = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Unreadable(words: String(decoding: errors.fileHandleForReading.availableData, as: UTF8.self))
        }
        return String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init)
    }
}
