import AgentCore
import AgentTestKit
import EventModel
import Foundation
import HTTPClient
import Platform

@testable import Sinks

/// A kind of sink over HTTP, each with a destination that can do wrong.
enum HTTPSinkKind: String, CaseIterable, Sendable {
    case webhook, batchedWebhook, elasticsearch, splunk, loki, otlp

    /// Whether the destination shows each event once, however often it comes.
    var removesRepeats: Bool { [.webhook, .batchedWebhook, .elasticsearch, .loki].contains(self) }
}

/// One destination and a sink for it.
struct HTTPSinkTrial: Sendable {
    let server: FaultyServer
    let sink: any Sink
    /// What the destination shows, in its order.
    let sequences: @Sendable () -> [UInt64]

    static let secret = "s3cret-words"

    /// `url`: of another server than the destination's own, for what is wrong before anything is asked.
    init(
        _ kind: HTTPSinkKind, timeout: Duration = .seconds(20), url: String? = nil,
        trust: TLSTrust = .systemAuthorities
    ) throws {
        var context = SinkContext.conformance
        context.secrets = SecretStore { _ throws(SecretError) in Self.secret }
        func destination(_ own: String) -> HTTPDestinationConfiguration {
            HTTPDestinationConfiguration(
                url: url ?? own, authentication: .token(.environment("T"), scheme: nil),
                connection: HTTPConnection(trust: trust), timeout: timeout)
        }
        switch kind {
        case .webhook, .batchedWebhook:
            let receiver = try WebhookReceiver()
            server = receiver.server
            sequences = { receiver.sequences }
            let mode: WebhookConfiguration.Mode = kind == .webhook ? .structured : .batched
            sink = try WebhookSink(.init(destination(receiver.url), mode: mode), in: context)
        case .elasticsearch:
            let stub = try ElasticsearchStub()
            stub.state.withLock { $0.key = Self.secret }
            server = stub.server
            sequences = { stub.sequences }
            sink = try ElasticsearchSink(.init(destination(stub.url)), in: context)
        case .splunk:
            let stub = try SplunkStub()
            stub.state.withLock { $0.token = Self.secret }
            server = stub.server
            sequences = { stub.sequences }
            sink = try SplunkSink(.init(destination(stub.url)), in: context)
        case .loki:
            let loki = try LokiDestination()
            server = loki.server
            sequences = { loki.kept.compactMap(\.sequence) }
            sink = try LokiSink(.init(destination(loki.server.url)), in: context)
        case .otlp:
            let taken = Locked<[UInt64]>([])
            server = try FaultyServer { request in
                taken.withLock { $0 += Self.sequences(ofLogs: request.body) }
                return ServedAnswer(200, body: Array("{}".utf8))
            }
            sequences = { taken.withLock { $0 } }
            sink = try OTLPSink(.init(destination(server.url), encoding: .json), in: context)
        }
    }

    private static func sequences(ofLogs body: [UInt8]) -> [UInt64] {
        let root = try? JSONDocument(body).root.value
        let records = root?["resourceLogs"]?.array?.first?["scopeLogs"]?.array?.first?["logRecords"]?.array ?? []
        return records.compactMap { record in
            let id = record["attributes"]?.array?.first { $0["key"] == "cloudevents.event_id" }
            return id?["value"]?["stringValue"]?.string.flatMap { Entry.sequence(ofID: $0) }
        }
    }
}
