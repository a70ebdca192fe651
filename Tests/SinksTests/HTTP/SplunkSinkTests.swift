import AgentCore
import AgentTestKit
import EventModel
import Foundation
import HTTPClient
import Platform
import Testing

@testable import Sinks

@Suite("The splunk sink") struct SplunkSinkTests {
    private func sink(
        _ stub: SplunkStub, in context: SinkContext = .http(), token: String = "t0ken",
        acknowledgement: SplunkConfiguration.Acknowledgement = .standard
    ) throws -> SplunkSink {
        var context = context
        context.secrets = SecretStore { _ throws(SecretError) in token }
        return try SplunkSink(
            .init(
                .init(url: stub.url, authentication: .token(.environment("T"), scheme: nil)), index: "guests",
                acknowledgement: acknowledgement), in: context)
    }

    @Test("keeps the promises of a sink", arguments: SinkPromise.allCases)
    func conformance(promise: SinkPromise) async throws {
        let stub = try SplunkStub()
        try await SinkConformance(
            repeats: .kept, start: { try sink(stub, in: $0) }, delivered: { stub.sequences },
            breakDestination: { stub.server.stop() }, mendDestination: { try stub.server.restart() }
        ).check(promise)
    }

    @Test("an event with its time, host, source, sourcetype and index")
    func encodes() {
        let body = Array(#"{"id":"1","source":"s://\"x","time":"2026-11-21T06:18:00.0451Z","data":{}}"#.utf8)
        let configuration = SplunkConfiguration(.init(url: "http://x"), index: "guests")
        let encoder = SplunkEncoder(journal: "k", host: "esx\"1", configuration)
        let entry = Entry(sequence: 3, type: "vm.other", severity: .info, body: body[...])
        let none = Entry(sequence: 4, type: "vm.other", severity: .info, body: [0x7B])
        let encoded = encoder.encode([entry, none])
        #expect(encoded.unwritten == [1] && encoded.written(of: [entry, none]) == [entry])
        let text =
            #"{"time":1795241880.045,"host":"esx\"1","sourcetype":"guestwatch:event","index":"guests","#
            + #""source":"s://\"x","event":{"sequence":"00000000000000000003","journal":"k","id":"1","#
            + #""source":"s://\"x","time":"2026-11-21T06:18:00.0451Z","data":{}}}"#
        #expect(String(decoding: encoded.body, as: UTF8.self) == text)
    }

    @Test("a delivery ends when its events are indexed, and asks less and less often")
    func waits() async throws {
        let stub = try SplunkStub()
        stub.state.withLock { $0.patience = 9 }
        let clock = LeapingClock()
        let sink = try sink(stub, in: .http(clock: clock.clock))
        try await sink.deliver(Entry.numbered(1...3))
        let milliseconds = clock.slept.map { Int($0 / .milliseconds(1)) }
        #expect(milliseconds == [100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000])
        let channels = Set(stub.state.withLock { $0.requests.map { $0.headers["X-Splunk-Request-Channel"] } })
        #expect(channels == [SplunkSink.channel(of: .http())])
        await sink.stop()
    }

    @Test("events that are never indexed are sent again")
    func neverIndexed() async throws {
        let stub = try SplunkStub()
        stub.state.withLock { $0.patience = 1_000_000 }
        let sink = try sink(stub, in: .http(clock: LeapingClock().clock))
        let error = await deliveryError { () throws(DeliveryError) in try await sink.deliver(Entry.numbered(1...3)) }
        #expect(error?.name == "retryable" && error?.reason.contains("did not index") == true)
        stub.state.withLock { $0.patience = 0 }
        try await sink.deliver(Entry.numbered(1...3))
        #expect(stub.sequences == [1, 2, 3, 1, 2, 3])
        await sink.stop()
    }

    @Test("a token without acknowledgement holds, unless none is wanted")
    func noAcknowledgement() async throws {
        let stub = try SplunkStub()
        stub.state.withLock { $0.acknowledges = false }
        let first = try sink(stub)
        let error = await deliveryError { () throws(DeliveryError) in try await first.deliver([.numbered(1)]) }
        #expect(error?.name == "held" && error?.reason.contains("\"enabled\": false") == true)
        let second = try sink(stub, acknowledgement: .init(isWanted: false))
        try await second.deliver([.numbered(2)])
        await first.stop()
        await second.stop()
    }

    @Test("a wrong, missing or disabled token holds, and is not repeated")
    func token() async throws {
        let stub = try SplunkStub()
        let wrong = try sink(stub, token: "wr0ng")
        let error = await deliveryError { () throws(DeliveryError) in try await wrong.deliver([.numbered(1)]) }
        #expect(error?.name == "held" && error?.reason.contains("Invalid token") == true)
        #expect(error?.reason.contains("wr0ng") == false)
        let none = try SplunkSink(.init(.init(url: stub.url)), in: .http())
        let missing = await deliveryError { () throws(DeliveryError) in try await none.deliver([.numbered(1)]) }
        #expect(missing?.name == "held" && missing?.reason.contains("Token is required") == true)
        stub.state.withLock { $0.isDisabled = true }
        let right = try sink(stub)
        let disabled = await deliveryError { () throws(DeliveryError) in try await right.deliver([.numbered(1)]) }
        #expect(disabled?.name == "held")
        for sink in [wrong, none, right] { await sink.stop() }
    }

    @Test(
        "each code means what Splunk says, whatever its status",
        arguments: [
            (1, "held"), (2, "held"), (3, "held"), (4, "held"), (5, "refused"), (6, "refused"), (7, "held"),
            (8, "retryable"), (9, "retryable"), (10, "held"), (11, "held"), (12, "refused"), (13, "refused"),
            (14, "held"), (15, "refused"), (16, "held"), (18, "retryable"), (20, "retryable"),
        ])
    func codes(code: Int, meaning: String) {
        let answer = HTTPAnswer(status: 400, body: Array(#"{"text":"x","code":\#(code)}"#.utf8))
        #expect("\(SplunkAnswer.statuses.meaning(of: answer))" == meaning)
    }

    @Test(
        "an event Splunk names is a dead letter alone; the others are sent again without it",
        arguments: [6, 12, 13, 15])
    func refused(code: Int) async throws {
        let stub = try SplunkStub()
        stub.state.withLock { $0.refusals = ["event-2": code, "event-5": code] }
        let sink = try sink(stub)
        let error = await deliveryError { () throws(DeliveryError) in try await sink.deliver(Entry.numbered(1...6)) }
        guard case .partial(let rejected) = error else { return #expect(Bool(false), "\(String(describing: error))") }
        #expect(rejected.keys.sorted() == [2, 5] && stub.sequences == [1, 3, 4, 6])
        await sink.stop()
    }

    @Test("after a failure its health is asked for before events are sent")
    func health() async throws {
        let stub = try SplunkStub()
        let sink = try sink(stub)
        stub.state.withLock { ($0.isBusy, $0.isHealthy) = (true, false) }
        var reasons: [String] = []
        for _ in 1...2 {
            let error = await deliveryError { () throws(DeliveryError) in try await sink.deliver(Entry.numbered(1...3))
            }
            #expect(error?.name == "retryable")
            reasons.append(error?.reason ?? "")
        }
        #expect(reasons[0].contains("Server is busy") && reasons[1].contains("queues are full"))
        stub.state.withLock { ($0.isBusy, $0.isHealthy) = (false, true) }
        try await sink.deliver(Entry.numbered(1...3))
        try await sink.deliver(Entry.numbered(4...4))
        let paths = stub.state.withLock { $0.requests.map { $0.method + ($0.url.contains("/ack") ? " ack" : "") } }
        #expect(paths == ["POST", "GET", "GET", "POST", "POST ack", "POST", "POST ack"])
        await sink.stop()
    }

    @Test("100,000 events through three outages are there, none missing", .timeLimit(.minutes(3)))
    func outages() async throws {
        let stub = try SplunkStub()
        let sink = try sink(stub)
        try await sink.deliverThroughOutages {
            stub.server.stop()
            try await AgentClock.system.sleep(.milliseconds(100))
            try stub.server.restart()
        }
        await sink.stop()
        #expect(Set(stub.sequences) == Set(1...100_000))
    }

    @Test("too large a request comes again in halves")
    func tooLarge() async throws {
        let stub = try SplunkStub()
        stub.state.withLock { $0.limit = 100 }
        let sink = try sink(stub)
        let error = await deliveryError { () throws(DeliveryError) in try await sink.deliver(Entry.numbered(1...3)) }
        #expect(error?.name == "tooLarge")
        await sink.stop()
    }

    @Test(
        "what Splunk says is read only where it is what it should be",
        arguments: ["", "[]", "{", "null", "{}", #"{"acks":[1]}"#])
    func nonsense(text: String) {
        let answer = SplunkAnswer(Array(text.utf8))
        #expect(answer?.acknowledged.isEmpty != false && answer?.code == nil)
    }
}
