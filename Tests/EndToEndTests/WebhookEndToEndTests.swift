import AgentTestKit
import EventModel
import HTTPClient
import Platform
import Testing

/// The built agent follows a file and posts its lines to a webhook; both are killed meanwhile.
@Suite("A webhook through kills")
struct WebhookEndToEndTests {
    static let lines = 30_000
    static let kills = 10
    /// What one delivery brings.
    static let batch = 500

    @Test("whenever agent and receiver are killed, each event arrives, in order but for those that come again")
    func kills() async throws {
        var seeded = SeededGenerator(test: 5)
        let state = Locked(Arrivals())
        let receiving: @Sendable (HTTPRequest) -> ServedAnswer = { request in
            state.withLock { $0.take(request.body) }
            return ServedAnswer(204)
        }
        var server = try LoopbackServer(serving: receiving)
        let port = server.port
        let workplace = try Workplace(configuration: [
            "journal": ["kind": "sqlite", "path": "journal.db"],
            "collectors": [["name": "log", "kind": "file-watch", "paths": ["app.log"], "start": "beginning"]],
            "sinks": [
                [
                    "name": "hook", "kind": "webhook", "url": .string("http://127.0.0.1:\(port)/"), "mode": "batched",
                    "batch": ["entries": .number(String(Self.batch))], "filter": ["types": ["log.*"]],
                ]
            ],
        ])
        let text = (1...Self.lines).map { "line \($0) of what a program says" }.joined(separator: "\n") + "\n"
        try #require(TestFile.write(Array(text.utf8), to: workplace.folder.path("app.log")))
        for life in 1...Self.kills {
            let agent = try workplace.start(["run"])
            let enough = Self.lines * life / (Self.kills + 1) - Int.random(in: 0..<2000, using: &seeded)
            try await waitUntil("the agent delivers; \(seeded.repetition)", limit: .seconds(60)) {
                state.withLock { $0.distinct } >= enough
            }
            if life.isMultiple(of: 3) {
                server.stop()
                try await ContinuousClock().sleep(for: .milliseconds(Int.random(in: 1...100, using: &seeded)))
                server = try LoopbackServer(port: port, serving: receiving)
            }
            agent.kill()
            _ = try await agent.waitForExit()
        }
        let last = try workplace.start(["run"])
        try await waitUntil("all lines arrive; \(seeded.repetition)", limit: .seconds(60)) {
            state.withLock { $0.distinct } >= Self.lines
        }
        last.terminate()
        #expect(try await last.waitForExit() == .code(0), "\(last.errors)")
        server.stop()
        let arrivals = state.withLock(\.self)
        let journal = try await workplace.journal().filter { $0.event.type == "log.line" }.compactMap(\.sequence)
        #expect(journal.count == Self.lines && arrivals.firsts == journal, "\(seeded.repetition)")
    }
}

/// The sequences of all events that arrived.
private struct Arrivals: Sendable {
    /// Each when it came first.
    private(set) var firsts: [UInt64] = []
    private var seen: Set<UInt64> = []

    var distinct: Int { seen.count }

    /// Takes a batch: each event begins with its sequence.
    mutating func take(_ body: [UInt8]) {
        let mark = Array(#"{"sequence":""#.utf8)
        var index = 0
        while index + mark.count + 20 <= body.count {
            guard body[index] == mark[0], body[index..<index + mark.count].elementsEqual(mark) else {
                index += 1
                continue
            }
            index += mark.count
            let sequence = body[index..<index + 20].reduce(UInt64(0)) { $0 &* 10 &+ UInt64($1 &- 0x30) }
            if seen.insert(sequence).inserted { firsts.append(sequence) }
        }
    }
}
