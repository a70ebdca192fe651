import AgentCore
import AgentTestKit
import EventModel
import HTTPClient
import Testing

@testable import Sinks

@Suite struct LokiSinkTests {
    @Test("the loki sink keeps the promises of a sink", arguments: SinkPromise.allCases)
    func conformance(promise: SinkPromise) async throws {
        let loki = try LokiDestination(.init(lineBytes: 2 << 20))
        try await SinkConformance(
            repeats: .removed,
            start: { try LokiSink(loki.configuration(), in: $0) },
            delivered: { loki.kept.compactMap(\.sequence) },
            breakDestination: { loki.server.stop() },
            mendDestination: { try loki.server.restart() }
        ).check(promise)
    }

    @Test("100,000 events arrive through an outage, none missing, none twice, in order")
    func outage() async throws {
        let loki = try LokiDestination()
        let sink = try LokiSink(loki.configuration(), in: .conformance)
        for first in stride(from: UInt64(1), to: 100_000, by: 2000) {
            let entries = Entry.numbered(first...first + 1999)
            if first == 30_001 {
                // Its answer is lost: the same entries come again after the outage.
                try await sink.deliver(Array(entries[..<700]))
                loki.server.stop()
                for _ in 1...3 {
                    #expect(await retryReason { try await sink.deliver(entries) }.contains("/loki/api/v1/push"))
                }
                try loki.server.restart()
            }
            try await sink.deliver(entries)
        }
        #expect(loki.kept.map(\.sequence) == (1...100_000).map { UInt64($0) })
        #expect(loki.repeats == 700)
    }

    /// One event an hour and a second before the one at `hours`.
    private func entry(_ sequence: UInt64, hours: Double, source: String = "s", message: String = "m") -> Entry {
        let event = Event(
            id: "event-\(sequence)", source: source, type: "vm.powered-on",
            time: Timestamp(nanoseconds: 1_795_242_000_000_000_000 + Int64(hours * 3600e9)),
            data: JSONText(["message": .string(message)]))
        return Entry(
            sequence: sequence, type: event.type, severity: event.severity, body: EventEncoder.encode(event)[...])
    }

    @Test("a backlog of five hours is taken whole, in order")
    func backlog() async throws {
        let loki = try LokiDestination()
        let sink = try LokiSink(loki.configuration(), in: .conformance)
        for minute in UInt64(0)..<300 { try await sink.deliver([entry(minute + 1, hours: Double(minute) / 60)]) }
        #expect(loki.kept.count == 300)
        #expect(Set(loki.statuses) == [204])
    }

    @Test("entries that are too late become dead letters one by one, and what stands beside them is kept once")
    func late() async throws {
        let loki = try LokiDestination()
        let sink = try LokiSink(loki.configuration(), in: .conformance)
        var entries = (1...100).map { entry($0, hours: 5) }
        entries[40] = entry(41, hours: 1)
        entries[77] = entry(78, hours: 3.9)
        let rejected = try await deliverInHalves(entries, to: sink)
        #expect(Set(rejected.keys) == [41, 78])
        #expect(rejected[41]?.contains("entry too far behind") == true)
        #expect(Set(loki.kept.compactMap(\.sequence)) == Set(1...100).subtracting([41, 78]))
        #expect(loki.repeats > 0)
    }

    @Test("a late event of one source is no trouble while another source is ahead")
    func sources() async throws {
        let loki = try LokiDestination()
        let sink = try LokiSink(loki.configuration(), in: .conformance)
        try await sink.deliver([entry(1, hours: 5, source: "docker://hv1"), entry(2, hours: 0, source: "vsphere://a")])
        #expect(
            loki.kept.map(\.labels) == [
                "service_name=guestwatch,source=docker://hv1", "service_name=guestwatch,source=vsphere://a",
            ])
    }

    @Test("a push that is too large for Loki's inner messages, its error 500, comes again in halves")
    func tooLarge() async throws {
        let loki = try LokiDestination(.init(messageBytes: 100_000))
        let sink = try LokiSink(loki.configuration(), in: .conformance)
        let rejected = try await deliverInHalves(Entry.numbered(1...1000), to: sink)
        #expect(rejected.isEmpty)
        #expect(loki.kept.compactMap(\.sequence) == Array(1...1000))
        #expect(loki.statuses.contains(500))
    }

    @Test("a line longer than Loki takes is a dead letter at once, and the others are delivered")
    func longLine() async throws {
        let loki = try LokiDestination()
        let sink = try LokiSink(loki.configuration(), in: .conformance)
        let entries = [Entry.numbered(1), .numbered(2, dataBytes: 300 << 10), .numbered(3)]
        let rejected = try await deliverInHalves(entries, to: sink)
        #expect(Array(rejected.keys) == [2])
        #expect(rejected[2]?.contains("max_line_size") == true)
        #expect(loki.kept.compactMap(\.sequence) == [1, 3])
        #expect(loki.statuses == [204])
    }

    @Test("structured metadata that Loki does not allow holds the sink, and nothing is refused")
    func metadataDisallowed() async throws {
        let loki = try LokiDestination(.init(takesMetadata: false))
        var configuration = loki.configuration()
        let sink = try LokiSink(configuration, in: .conformance)
        await #expect(throws: DeliveryError.self) { try await sink.deliver([.numbered(1)]) }
        do throws(DeliveryError) {
            try await sink.deliver([.numbered(1)])
        } catch {
            guard case .held(let reason, _) = error else { throw error }
            #expect(reason.contains("allow_structured_metadata"))
        }
        configuration.metadata = false
        try await LokiSink(configuration, in: .conformance).deliver([.numbered(1)])
        #expect(loki.kept.count == 1)
    }

    @Test("a push over the burst, which is answered 429 for ever, comes again in halves after a while")
    func burst() async throws {
        let loki = try LokiDestination(.init(burstBytes: 50_000))
        let sink = try LokiSink(loki.configuration(), in: .conformance)
        for _ in 1..<RateLimiting.patience {
            #expect(await retryReason { try await sink.deliver(Entry.numbered(1...200)) }.contains("rate limit"))
        }
        await #expect(throws: DeliveryError.self) { try await sink.deliver(Entry.numbered(1...200)) }
        try await sink.deliver(Entry.numbered(1...100))
        try await sink.deliver(Entry.numbered(101...200))
        #expect(loki.kept.count == 200)
    }

    @Test(
        "equal sentences at one time are two entries, in lines of either kind",
        arguments: LokiConfiguration.Line.allCases)
    func equalSentences(line: LokiConfiguration.Line) async throws {
        let loki = try LokiDestination()
        var configuration = loki.configuration(compression: .gzip)
        configuration.line = line
        let sink = try LokiSink(configuration, in: .conformance)
        try await sink.deliver([entry(1, hours: 0, message: "off"), entry(2, hours: 0, message: "off")])
        #expect(loki.kept.count == 2)
        if line == .message {
            #expect(loki.kept.map(\.line) == ["off source=s id=event-1", "off source=s id=event-2"])
        }
    }

    @Test("the tenant is told; without it Loki's 401 holds the sink")
    func tenant() async throws {
        let loki = try LokiDestination(.init(tenant: "blue"))
        var configuration = loki.configuration()
        try await LokiSink(configuration, in: .conformance).deliver([.numbered(1)])
        configuration.tenant = nil
        let sink = try LokiSink(configuration, in: .conformance)
        do throws(DeliveryError) {
            try await sink.deliver([.numbered(2)])
        } catch {
            guard case .held = error else { throw error }
        }
        #expect(loki.kept.count == 1)
    }
}
