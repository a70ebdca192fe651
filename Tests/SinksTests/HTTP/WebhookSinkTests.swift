import AgentCore
import AgentTestKit
import EventModel
import Foundation
import HTTPClient
import Platform
import Testing

@testable import Sinks

@Suite("The webhook sink") struct WebhookSinkTests {
    static let modes = WebhookConfiguration.Mode.allCases

    @Test("keeps the promises of a sink", arguments: modes, SinkPromise.allCases)
    func conformance(mode: WebhookConfiguration.Mode, promise: SinkPromise) async throws {
        let receiver = try WebhookReceiver()
        try await SinkConformance(
            repeats: .removed,
            start: { try WebhookSink(.init(.init(url: receiver.url), mode: mode), in: $0) },
            delivered: { receiver.sequences },
            breakDestination: { receiver.server.stop() },
            mendDestination: { try receiver.server.restart() }
        ).check(promise)
    }

    @Test("100,000 events through an outage and lost answers arrive, none missing, in order", .timeLimit(.minutes(3)))
    func outage() async throws {
        let receiver = try WebhookReceiver()
        // Each ninth request is taken and its answer lost; each seventh is not taken.
        receiver.answer { _, number in
            if number % 9 == 4 { return ServedAnswer(ending: .cutBeforeHead) }
            return number % 7 == 3 ? ServedAnswer(503) : nil
        }
        let sink = try WebhookSink(.init(.init(url: receiver.url), mode: .batched), in: .http())
        let outage = Task {
            while receiver.sequences.count < 30_000 { try await Task.sleep(for: .milliseconds(1)) }
            receiver.server.stop()
            try await Task.sleep(for: .milliseconds(200))
            try receiver.server.restart()
        }
        var failures = 0
        for start in stride(from: UInt64(1), through: 99_001, by: 1000) {
            let batch = Entry.plain(start...start + 999)
            while let error = await deliveryError({ () throws(DeliveryError) in try await sink.deliver(batch) }) {
                try #require(error.name == "retryable", "\(error)")
                failures += 1
                try await Task.sleep(for: .milliseconds(5))
            }
        }
        try await outage.value
        await sink.stop()
        #expect(receiver.sequences == Array(1...100_000))
        #expect(failures > 20 && receiver.repeats > 0)
    }

    @Test(
        "an event that is refused is a dead letter alone", arguments: [WebhookConfiguration.Mode.binary, .structured])
    func refused(mode: WebhookConfiguration.Mode) async throws {
        let receiver = try WebhookReceiver()
        receiver.answer { _, number in number == 3 ? ServedAnswer(422, body: Array("no".utf8)) : nil }
        let sink = try WebhookSink(.init(.init(url: receiver.url), mode: mode), in: .http())
        let error = await deliveryError { () throws(DeliveryError) in try await sink.deliver(Entry.numbered(1...6)) }
        guard case .partial(let rejected) = error else { return #expect(Bool(false), "\(String(describing: error))") }
        #expect(Array(rejected.keys) == [4] && rejected[4]?.contains("status 422: no") == true)
        #expect(receiver.sequences == [1, 2, 3, 5, 6])
        await sink.stop()
    }

    @Test(
        "a batch that is refused or too large comes again in halves", arguments: [(400, "refused"), (413, "tooLarge")])
    func splits(status: Int, name: String) async throws {
        let receiver = try WebhookReceiver()
        receiver.answer { _, _ in ServedAnswer(status) }
        let sink = try WebhookSink(.init(.init(url: receiver.url), mode: .batched), in: .http())
        let error = await deliveryError { () throws(DeliveryError) in try await sink.deliver(Entry.numbered(1...6)) }
        #expect(error?.name == name)
        await sink.stop()
    }

    @Test("what was answered before a failure is not sent again, and what was refused is still told")
    func goesOn() async throws {
        let receiver = try WebhookReceiver()
        receiver.answer { _, number in number == 1 ? ServedAnswer(400) : number == 4 ? ServedAnswer(503) : nil }
        let sink = try WebhookSink(.init(.init(url: receiver.url)), in: .http())
        let first = await deliveryError { () throws(DeliveryError) in try await sink.deliver(Entry.numbered(1...8)) }
        #expect(first?.name == "retryable" && receiver.requests.count == 5)
        let second = await deliveryError { () throws(DeliveryError) in try await sink.deliver(Entry.numbered(1...8)) }
        #expect(second?.name == "partial" && second?.reason.contains("400") == true)
        #expect(receiver.sequences == [1, 3, 4, 5, 6, 7, 8] && receiver.repeats == 0 && receiver.requests.count == 9)
        // Forgotten with its batch: delivered again when somebody wants it.
        #expect(await deliveryError { () throws(DeliveryError) in try await sink.deliver([.numbered(2)]) } == nil)
        #expect(receiver.sequences.last == 2)
        await sink.stop()
    }

    @Test("410, a redirect and wrong credentials hold, each told", arguments: [301, 401, 403, 410])
    func holds(status: Int) async throws {
        let receiver = try WebhookReceiver()
        receiver.answer { _, _ in ServedAnswer(status, headers: ["Location": "http://elsewhere.example/"]) }
        for mode in Self.modes {
            let sink = try WebhookSink(.init(.init(url: receiver.url), mode: mode), in: .http())
            let error = await deliveryError { () throws(DeliveryError) in try await sink.deliver([.numbered(1)]) }
            #expect(error?.name == "held" && error?.reason.contains("status \(status)") == true)
            await sink.stop()
        }
        #expect(receiver.requests.count == 3)
    }

    @Test("many events go over one kept-alive connection")
    func keepsAlive() async throws {
        let receiver = try WebhookReceiver()
        let sink = try WebhookSink(.init(.init(url: receiver.url), mode: .binary), in: .http())
        try await sink.deliver(Entry.numbered(1...200))
        #expect(receiver.requests.count == 200 && receiver.connectionsTaken == 1)
        await sink.stop()
    }

    @Test("several deliveries are under way at once, and each keeps its order")
    func concurrent() async throws {
        let receiver = try WebhookReceiver()
        let together = LockedCondition(0)
        // Answered only once four are there: a sink that sent one after the other would not get on.
        receiver.answer { _, number in
            guard number < 4 else { return nil }
            together.change { $0 += 1 }
            let all: Bool = together.wait { $0 >= 4 ? .done(true) : .sleep(atMost: nil) }
            return all ? nil : ServedAnswer(500)
        }
        let sink = try WebhookSink(.init(.init(url: receiver.url), mode: .structured), in: .http())
        await withTaskGroup { group in
            for lane in 0..<4 as Range<UInt64> {
                group.addTask {
                    let entries = Entry.plain(lane * 100 + 1...lane * 100 + 50)
                    _ = await deliveryError { () throws(DeliveryError) in try await sink.deliver(entries) }
                }
            }
        }
        for lane in 0..<4 as Range<UInt64> {
            #expect(receiver.sequences.filter { ($0 - 1) / 100 == lane } == Array(lane * 100 + 1...lane * 100 + 50))
        }
        await sink.stop()
    }

    @Test("an answer that is nonsense is an answer: 2xx delivers, anything else does not")
    func nonsense() async throws {
        let receiver = try WebhookReceiver()
        let sink = try WebhookSink(.init(.init(url: receiver.url), mode: .batched), in: .http())
        for (status, name) in [(999, "retryable"), (600, "retryable"), (418, "refused")] {
            receiver.answer { _, _ in ServedAnswer(status, body: [0, 255, 10, 13, 27]) }
            let error = await deliveryError { () throws(DeliveryError) in try await sink.deliver([.numbered(1)]) }
            #expect(error?.name == name, "\(String(describing: error))")
        }
        await sink.stop()
    }
}
