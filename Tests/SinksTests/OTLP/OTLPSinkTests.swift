import AgentCore
import AgentTestKit
import EventModel
import Foundation
import HTTPClient
import Platform
import Testing

@testable import Sinks

@Suite struct OTLPSinkTests {
    @Test(
        "the otlp sink keeps the promises of a sink, read by the official package",
        .enabled(if: OTLPDestination.python != nil, "no opentelemetry-proto: make setup-test installs it"),
        arguments: SinkPromise.allCases, OTLPConfiguration.Encoding.allCases)
    func conformance(promise: SinkPromise, encoding: OTLPConfiguration.Encoding) async throws {
        let destination = try OTLPDestination()
        try await SinkConformance(
            repeats: .kept,
            start: { try OTLPSink(destination.configuration(encoding), in: $0) },
            delivered: { try destination.sequences() },
            breakDestination: { destination.server.stop() },
            mendDestination: { try destination.server.restart() }
        ).check(promise)
    }

    @Test(
        "100,000 events arrive through an outage, in their order and none missing",
        .enabled(if: OTLPDestination.python != nil, "no opentelemetry-proto: make setup-test installs it"))
    func outage() async throws {
        let destination = try OTLPDestination()
        let sink = try OTLPSink(destination.configuration(), in: .conformance)
        for first in stride(from: UInt64(1), to: 100_000, by: 1000) {
            let entries = Entry.numbered(first...first + 999)
            if first == 30_001 {
                destination.server.stop()
                for _ in 1...3 {
                    #expect(await retryReason { try await sink.deliver(entries) }.contains("/v1/logs"))
                }
                try destination.server.restart()
            }
            try await sink.deliver(entries)
        }
        await sink.stop()
        #expect(try destination.sequences() == Array(1...100_000))
    }

    enum Outcome: Sendable {
        case retryable, held, tooLarge, refused
    }

    @Test(
        "only what the specification allows is tried again",
        arguments: [
            (429, Outcome.retryable), (502, .retryable), (503, .retryable), (504, .retryable), (500, .refused),
            (501, .refused), (400, .refused), (408, .refused), (422, .refused), (413, .tooLarge), (401, .held),
            (403, .held), (404, .held), (410, .held), (301, .held), (307, .held),
        ])
    func statuses(status: Int, expected: Outcome) async throws {
        let destination = try OTLPDestination { _ in
            ServedAnswer(status, headers: ["Retry-After": "7"], body: Array("because of that".utf8))
        }
        let sink = try OTLPSink(destination.configuration(), in: .conformance)
        let error = await deliveryError { try await sink.deliver(Entry.numbered(1...3)) }
        switch (expected, error) {
        case (.retryable, .retryable(let reason, let after)):
            #expect(after == .seconds(7))
            #expect(reason.contains("because of that") && reason.contains("\(status)"))
        case (.held, .held), (.tooLarge, .tooLarge), (.refused, .refused): break
        default: Issue.record("\(status): \(String(describing: error))")
        }
    }

    @Test(
        "any 2xx takes all, whatever is said with it",
        arguments: [
            (200, "application/x-protobuf", [UInt8]()), (201, "text/plain", Array("ok".utf8)), (204, "", []),
            (200, "application/x-protobuf", [0x0A, 0x00]), (200, "application/x-protobuf", [0x0A, 0xFF, 0xFF]),
            (200, "application/json", Array("{}".utf8)), (200, "application/json", Array("<html>".utf8)),
            (200, "application/json", Array(#"{"partialSuccess":{"rejectedLogRecords":"0"}}"#.utf8)),
            // A warning: nothing was rejected.
            (200, "application/x-protobuf", [0x0A, 0x06, 0x12, 0x04, 0x73, 0x6C, 0x6F, 0x77]),
        ] as [(Int, String, [UInt8])])
    func accepted(status: Int, type: String, body: [UInt8]) async throws {
        let destination = try OTLPDestination { _ in
            ServedAnswer(status, headers: ["Content-Type": type], body: body)
        }
        let sink = try OTLPSink(destination.configuration(), in: .conformance)
        try await sink.deliver(Entry.numbered(1...3))
        #expect(destination.requests.count == 1)
    }

    @Test("a partial success is not sent again: all its records are dead letters, and the next requests are small")
    func partial() async throws {
        let left = Locked(1)
        let destination = try OTLPDestination { _ in
            let isPartial = left.withLock { left in
                left -= 1
                return left >= 0
            }
            // rejected_log_records 2, error_message "no"
            let body: [UInt8] = isPartial ? [0x0A, 0x06, 0x08, 0x02, 0x12, 0x02, 0x6E, 0x6F] : []
            return ServedAnswer(headers: ["Content-Type": "application/x-protobuf"], body: body)
        }
        let sink = try OTLPSink(destination.configuration(), in: .conformance)
        let error = await deliveryError { try await sink.deliver(Entry.numbered(1...9)) }
        guard case .partial(let rejected) = error else { throw OTLPDestination.Unreadable(words: "\(error as Any)") }
        #expect(Set(rejected.keys) == Set(1...9))
        #expect(rejected[5]?.contains("2 of 9") == true && rejected[5]?.hasSuffix(": no") == true)
        #expect(destination.requests.count == 1)

        let halves = await deliveryError { try await sink.deliver(Entry.numbered(10...11)) }
        #expect(halves.isTooLarge && destination.requests.count == 1)
        for sequence in UInt64(10)..<UInt64(10 + PartialCaution.run) { try await sink.deliver([.numbered(sequence)]) }
        try await sink.deliver(Entry.numbered(100...101))
        #expect(await deliveryError { try await sink.deliver(Entry.numbered(102...104)) }.isTooLarge)
    }

    @Test("what a partial success says in JSON is read, as text and as number", arguments: [#""1""#, "1"])
    func partialJSON(number: String) async throws {
        let destination = try OTLPDestination { _ in
            let text = #"{"partialSuccess":{"rejectedLogRecords":\#(number),"errorMessage":"too old"}}"#
            return ServedAnswer(headers: ["Content-Type": "application/json"], body: Array(text.utf8))
        }
        let sink = try OTLPSink(destination.configuration(.json), in: .conformance)
        let error = await deliveryError { try await sink.deliver([.numbered(7)]) }
        #expect(error == .partial(rejected: [7: "the destination rejected it: too old"]))
    }

    @Test("requests become large again after a partial success")
    func caution() {
        var caution = PartialCaution()
        #expect(caution.allows(100_000))
        caution.answeredPartly()
        #expect(caution.allows(1) && !caution.allows(2))
        var answers = 0
        while !caution.allows(.max) {
            caution.answeredWhole()
            answers += 1
        }
        #expect(answers == 20 * PartialCaution.run)
        #expect(caution == PartialCaution())
    }

    @Test("one record the destination cannot take is the only dead letter")
    func oneRefused() async throws {
        let destination = try OTLPDestination { request in
            let isBad = String(decoding: request.body, as: UTF8.self).contains("event-700\"")
            return ServedAnswer(isBad ? 400 : 200)
        }
        let sink = try OTLPSink(destination.configuration(compression: .none), in: .conformance)
        let rejected = try await deliverInHalves(Entry.numbered(1...1000), to: sink)
        #expect(Array(rejected.keys) == [700])
    }

    private func deliveryError(_ deliver: () async throws -> Void) async -> DeliveryError? {
        do {
            try await deliver()
            return nil
        } catch {
            return error as? DeliveryError
        }
    }
}

extension DeliveryError? {
    /// Whether the batch comes again in halves since it is too large.
    var isTooLarge: Bool {
        if case .tooLarge = self { return true }
        return false
    }
}
