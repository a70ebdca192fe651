import AgentCore
import AgentTestKit
import EventModel
import HTTPClient
import Platform
import Testing

@testable import Sinks

@Suite("The consent of a webhook") struct WebhookConsentTests {
    private static let validation = WebhookValidation(
        origin: "agent.example", callback: "https://x.example/yes", rate: 600)

    private func sink(_ receiver: WebhookReceiver, clock: AgentClock = .system) throws -> WebhookSink {
        try WebhookSink(
            .init(.init(url: receiver.url), mode: .structured, validation: Self.validation), in: .http(clock: clock))
    }

    @Test("is asked for once, with origin, callback and rate, and an event follows", arguments: ["agent.example", "*"])
    func given(origin: String) async throws {
        let receiver = try WebhookReceiver()
        // Its status is not the consent: 405 with the header is a yes.
        receiver.answer { request, _ in
            request.method == "OPTIONS" ? ServedAnswer(405, headers: ["WebHook-Allowed-Origin": origin]) : nil
        }
        let sink = try sink(receiver)
        try await sink.deliver(Entry.numbered(1...3))
        let requests = receiver.requests
        #expect(requests.map(\.method) == ["OPTIONS", "POST", "POST", "POST"])
        #expect(requests[0].headers["WebHook-Request-Origin"] == "agent.example")
        #expect(requests[0].headers["WebHook-Request-Callback"] == "https://x.example/yes")
        #expect(requests[0].headers["WebHook-Request-Rate"] == "600")
        await sink.stop()
    }

    @Test("that is not given holds, whatever the status says", arguments: [nil, "other.example", ""] as [String?])
    func withheld(origin: String?) async throws {
        let receiver = try WebhookReceiver()
        receiver.answer { _, _ in
            ServedAnswer(200, headers: origin.map { ["WebHook-Allowed-Origin": $0] } ?? [:])
        }
        let sink = try sink(receiver)
        let error = await deliveryError { () throws(DeliveryError) in try await sink.deliver([.numbered(1)]) }
        #expect(error?.name == "held" && error?.delay == .seconds(60), "\(String(describing: error))")
        #expect(receiver.requests.map(\.method) == ["OPTIONS"])
        // A person consents meanwhile.
        receiver.answer { request, _ in
            request.method == "OPTIONS" ? ServedAnswer(200, headers: ["WebHook-Allowed-Origin": "*"]) : nil
        }
        try await sink.deliver([.numbered(1)])
        #expect(receiver.sequences == [1])
        await sink.stop()
    }

    @Test("that cannot be asked for now is asked for later")
    func unavailable() async throws {
        let receiver = try WebhookReceiver()
        receiver.answer { _, _ in ServedAnswer(503, headers: ["Retry-After": "9"]) }
        let sink = try sink(receiver)
        let error = await deliveryError { () throws(DeliveryError) in try await sink.deliver([.numbered(1)]) }
        #expect(error?.name == "retryable" && error?.delay == .seconds(9))
        await sink.stop()
    }

    @Test("that is withdrawn is asked for anew")
    func withdrawn() async throws {
        let receiver = try WebhookReceiver()
        receiver.answer { request, number in
            if request.method == "OPTIONS" { return ServedAnswer(headers: ["WebHook-Allowed-Origin": "*"]) }
            return number == 2 ? ServedAnswer(410) : nil
        }
        let sink = try sink(receiver)
        let error = await deliveryError { () throws(DeliveryError) in try await sink.deliver(Entry.numbered(1...2)) }
        #expect(error?.name == "held")
        try await sink.deliver(Entry.numbered(1...2))
        #expect(receiver.requests.map(\.method) == ["OPTIONS", "POST", "POST", "OPTIONS", "POST"])
        #expect(receiver.sequences == [1, 2])
        await sink.stop()
    }

    @Test("says how many requests a minute are allowed, and that is kept")
    func rate() async throws {
        let receiver = try WebhookReceiver()
        receiver.answer { request, _ in
            request.method == "OPTIONS"
                ? ServedAnswer(headers: ["WebHook-Allowed-Origin": "*", "WebHook-Allowed-Rate": "120"]) : nil
        }
        let clock = LeapingClock()
        let sink = try sink(receiver, clock: clock.clock)
        try await sink.deliver(Entry.numbered(1...5))
        #expect(clock.slept == Array(repeating: .milliseconds(500), count: 4))
        await sink.stop()
    }

    @Test(
        "a rate that is none is no limit",
        arguments: [(nil, 0), ("*", 0), ("many", 0), ("0", 0), ("-5", 0), ("60", 1000), (" 1 ", 60_000)]
            as [(String?, Int)])
    func intervals(text: String?, milliseconds: Int) {
        #expect(WebhookConsent.interval(text) == .milliseconds(milliseconds))
    }
}
