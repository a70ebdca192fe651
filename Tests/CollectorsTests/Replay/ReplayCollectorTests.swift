import AgentCore
import AgentTestKit
import Collectors
import EventModel
import HTTPClient
import Testing

@Suite struct ReplayCollectorTests {
    private let folder: TemporaryDirectory
    // After all that was recorded, as any clock is.
    private let clock = TestClock(.jumping, at: TestClock.start.advanced(by: .seconds(86_400)))

    init() throws {
        folder = try TemporaryDirectory("replay")
    }

    private func event(_ number: Int) -> Event {
        let time = TestClock.start.advanced(by: .seconds(number * 10))
        return Event(id: "e\(number)", source: "vsphere://x", type: "vm.powered-on", time: time)
    }

    private func write(_ lines: [String]) throws {
        try #require(TestFile.write(lines.map { $0 + "\n" }.joined().utf8, to: folder.path("events.jsonl")))
    }

    private func line(_ number: Int) -> String { String(decoding: EventEncoder.encode(event(number)), as: UTF8.self) }

    private func collector(
        _ path: String? = nil, pace: ReplayConfiguration.Pace = .fast, repeats: Bool = false
    ) throws -> ReplayCollector {
        let context = CollectorContext(
            name: "demo", clock: clock.clock, transport: { _ in throw HTTPError.invalid("a replay needs no network") },
            secrets: SecretStore { _ throws(SecretError) in throw SecretError("a replay needs no secret") })
        return try ReplayCollector(
            ReplayConfiguration(path: path ?? folder.path, pace: pace, repeats: repeats), in: context)
    }

    /// Polls until the end, or until there are so many events.
    private func play(
        _ collector: ReplayCollector, after checkpoint: Checkpoint? = nil, limit: Int = 10_000
    ) async throws -> (events: [Event], checkpoint: Checkpoint?) {
        var (events, checkpoint): ([Event], Checkpoint?) = ([], checkpoint)
        while events.count < limit {
            let batch = try await collector.poll(after: checkpoint)
            events += batch.events
            checkpoint = batch.checkpoint ?? checkpoint
            if batch.isLast { break }
        }
        return (events, checkpoint)
    }

    @Test("JSON lines come as they were recorded, and then the end")
    func lines() async throws {
        try write((1...2500).map(line))
        let played = try await play(collector())
        #expect(played.events == (1...2500).map(event))
        #expect(try await collector().poll(after: played.checkpoint).isLast)
    }

    @Test("after a restart it goes on behind the committed batch, each event once")
    func restart() async throws {
        try write((1...2500).map(line))
        let first = try await collector().poll(after: nil)
        let rest = try await play(collector(), after: first.checkpoint)
        #expect(first.events + rest.events == (1...2500).map(event))
    }

    @Test("a recording that was changed behind its checkpoint is refused")
    func changed() async throws {
        try write((1...5).map(line))
        let played = try await play(collector())
        try write((2...6).map(line))
        await #expect(throws: CollectorError.self) { _ = try await collector().poll(after: played.checkpoint) }
        let garbage = Checkpoint(version: 9, bytes: Array("?".utf8))
        await #expect(throws: CollectorError.self) { _ = try await collector().poll(after: garbage) }
    }

    @Test("a line that is no event costs that line only, and is kept with its number and text")
    func badLine() async throws {
        try write([line(1), "{\"half\":", "", line(2)])
        let events = try await play(collector()).events
        #expect(events.map(\.id) == ["e1", "line/2", "e2"])
        let data = try events[1].data.parsed()
        #expect(events[1].type == "agent.replay-line-refused")
        #expect(data["line"]?.integer == 2)
        #expect(data["text"]?.string == "{\"half\":")
        #expect(EventCatalogue.sentence(of: events[1].type) != nil)
    }

    @Test("at the recorded pace it waits as long as the events were apart, never longer than maxDelay")
    func pace() async throws {
        try write((1...4).map(line))
        let events = try await play(collector(pace: .recorded)).events
        #expect(events.map(\.id) == ["e1", "e2", "e3", "e4"])
        #expect(clock.slept == [.seconds(2), .seconds(2), .seconds(2)])
    }

    @Test("repeated passes have ids of their own and ascending times, and a restart in the middle changes neither")
    func passes() async throws {
        try write((1...3).map(line))
        let whole = try await play(collector(repeats: true), limit: 1000).events.prefix(9)
        #expect(Set(whole.map(\.id)).count == 9)
        #expect(whole.map(\.time) == whole.map(\.time).sorted())
        var pieces: [Event] = []
        var checkpoint: Checkpoint?
        while pieces.count < 1000 {
            let batch = try await collector(repeats: true).poll(after: checkpoint)
            pieces += batch.events
            checkpoint = batch.checkpoint ?? checkpoint
        }
        #expect(Array(pieces.prefix(9)) == Array(whole))
    }

    @Test("an empty recording that repeats ends instead of turning round for ever")
    func empty() async throws {
        try write([])
        #expect(try await collector(repeats: true).poll(after: nil).isLast)
    }

    @Test("a recorded SOAP session is played by the real collector")
    func session() async throws {
        let path = PackageRoot["Fixtures/vsphere-events/session-expiry"]
        let expected = (TestFile.text("\(path)/expected.jsonl") ?? "").split(separator: "\n")
        let events = try await play(collector(path)).events
        #expect(events.map { String(decoding: EventEncoder.encode($0), as: UTF8.self) } == expected.map(String.init))
        #expect(try await collector(path).probe().contains("vm.powered-on"))
    }

    @Test("a path that is not there is named")
    func missing() async throws {
        await #expect { _ = try await collector("/nowhere/at-all").poll(after: nil) } throws: { error in
            "\(error)".contains("/nowhere/at-all")
        }
    }
}
