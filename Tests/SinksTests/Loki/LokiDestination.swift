import AgentTestKit
import EventModel
import Foundation
import HTTPClient
import Platform

@testable import Sinks

/// A destination with Loki's rules: a push is taken as far as it can be, and answered 400 with the first reasons when
/// anything was refused; entries an hour behind the newest of their stream are refused for good; a repeat of labels,
/// time and line is dropped; a push larger than the inner messages is an error 500.
final class LokiDestination: Sendable {
    struct Rules: Sendable {
        var lineBytes = 256 << 10
        var labels = 15
        /// Half of `max_chunk_age`, in nanoseconds.
        var behind: Int64 = 3600 * 1_000_000_000
        /// Of the inner messages.
        var messageBytes = 4 << 20
        var takesMetadata = true
        /// Larger pushes are over the burst.
        var burstBytes = Int.max
        var tenant: String?
    }

    struct Kept: Sendable, Hashable {
        var labels: String
        var time: Int64
        var line: String
        var sequence: UInt64?
    }

    private struct Pushed {
        var entry: Kept
        var labelCount: Int
        var metadata: [String: String]
        /// Of line and metadata.
        var bytes: Int
    }

    private struct State {
        var kept: [Kept] = []
        var known: Set<Kept> = []
        var newest: [String: Int64] = [:]
        var repeats = 0
        var statuses: [Int] = []
    }

    private let rules: Rules
    private let state = Locked(State())
    let server: FaultyServer

    init(_ rules: Rules = Rules()) throws {
        self.rules = rules
        let answer = Box<@Sendable (HTTPRequest) -> ServedAnswer>()
        server = try FaultyServer { answer.value?($0) ?? ServedAnswer(500) }
        answer.value = { [weak self] in self?.serve($0) ?? ServedAnswer(500) }
    }

    /// What it took, in order.
    var kept: [Kept] { state.withLock { $0.kept } }
    /// How many entries it dropped as it had them.
    var repeats: Int { state.withLock { $0.repeats } }
    /// Its answers.
    var statuses: [Int] { state.withLock { $0.statuses } }

    /// A configuration for it.
    func configuration(
        compression: HTTPDestinationConfiguration.Compression = .none
    ) -> LokiConfiguration {
        LokiConfiguration(
            HTTPDestinationConfiguration(url: server.url, timeout: .seconds(20), compression: compression),
            tenant: rules.tenant, lineBytes: rules.lineBytes)
    }

    private func serve(_ request: HTTPRequest) -> ServedAnswer {
        let (status, words) = answer(request)
        state.withLock { $0.statuses.append(status) }
        return ServedAnswer(status, body: Array(words.utf8))
    }

    private func answer(_ request: HTTPRequest) -> (Int, String) {
        guard request.method == "POST", request.url.hasSuffix("/loki/api/v1/push") else {
            return (404, "404 page not found")
        }
        if let tenant = rules.tenant, request.headers["X-Scope-OrgID"] != tenant { return (401, "no org id") }
        guard request.headers["Content-Type"] == "application/json" else { return (400, "not JSON") }
        let body = request.headers["Content-Encoding"] == "gzip" ? unpacked(request.body) : request.body
        guard let body, let pushed = pushed(body) else { return (400, "couldn't parse push request") }
        let bytes = pushed.reduce(0) { $0 + $1.bytes }
        if bytes > rules.burstBytes {
            return (429, "ingestion rate limit exceeded for user fake (limit: 4194304 bytes/sec)")
        }
        if bytes > rules.messageBytes {
            return (
                500,
                "rpc error: code = ResourceExhausted desc = grpc: received message larger than max "
                    + "(\(bytes) vs. \(rules.messageBytes))"
            )
        }
        let problems = pushed.compactMap { take($0) }
        return problems.isEmpty ? (204, "") : (400, problems.prefix(10).joined(separator: "\n"))
    }

    /// Nil for what is no push. Labels and metadata have to be texts.
    private func pushed(_ body: [UInt8]) -> [Pushed]? {
        guard let root = try? JSONSerialization.jsonObject(with: Data(body)) as? [String: Any],
            let streams = root["streams"] as? [[String: Any]]
        else { return nil }
        var pushed: [Pushed] = []
        for stream in streams {
            guard let labels = stream["stream"] as? [String: String], let values = stream["values"] as? [[Any]] else {
                return nil
            }
            let name = labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
            for value in values {
                guard (2...3).contains(value.count), let time = (value[0] as? String).flatMap({ Int64($0) }),
                    let line = value[1] as? String
                else { return nil }
                let metadata = value.count == 3 ? value[2] as? [String: String] : [:]
                guard let metadata else { return nil }
                let entry = Kept(
                    labels: name, time: time, line: line, sequence: metadata["sequence"].flatMap { UInt64($0) })
                let bytes = metadata.reduce(line.utf8.count) { $0 + $1.key.utf8.count + $1.value.utf8.count }
                pushed.append(.init(entry: entry, labelCount: labels.count, metadata: metadata, bytes: bytes))
            }
        }
        return pushed
    }

    /// Keeps an entry; or says why not.
    private func take(_ pushed: Pushed) -> String? {
        let entry = pushed.entry
        let stream = "stream '{\(entry.labels)}'"
        if pushed.labelCount > rules.labels { return "\(stream) has \(pushed.labelCount) label names" }
        if !pushed.metadata.isEmpty, !rules.takesMetadata {
            return "\(stream) includes structured metadata, but this feature is disallowed. Please see "
                + "`limits_config.allow_structured_metadata` or contact your Loki administrator to enable it."
        }
        if entry.line.utf8.count > rules.lineBytes {
            return "max entry size '\(rules.lineBytes)' bytes exceeded for \(stream)"
        }
        return state.withLock { state in
            let newest = state.newest[entry.labels] ?? .min
            if newest > .min, entry.time < newest - rules.behind {
                return "entry with timestamp \(entry.time) ignored, reason: 'entry too far behind'"
            }
            var identity = entry
            identity.sequence = nil
            guard state.known.insert(identity).inserted else {
                state.repeats += 1
                return nil
            }
            state.newest[entry.labels] = max(newest, entry.time)
            state.kept.append(entry)
            return nil
        }
    }

    private func unpacked(_ bytes: [UInt8]) -> [UInt8]? {
        let process = Process()
        let (input, output) = (Pipe(), Pipe())
        process.executableURL = URL(fileURLWithPath: "/bin/gzip")
        process.arguments = ["-dc"]
        (process.standardInput, process.standardOutput) = (input, output)
        guard (try? process.run()) != nil else { return nil }
        try? input.fileHandleForWriting.write(contentsOf: Data(bytes))
        try? input.fileHandleForWriting.close()
        let unpacked = [UInt8](output.fileHandleForReading.readDataToEndOfFile())
        process.waitUntilExit()
        return process.terminationStatus == 0 ? unpacked : nil
    }
}
