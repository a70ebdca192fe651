import AgentCore
import EventModel
import Pipeline
import Testing

/// Lines YK-26 to YK-31, YK-54, YK-55, YK-57, YK-59, YK-61, as far as they are not about HTTP.
@Suite("Conformance: YuniKorn streams", .timeLimit(.minutes(1)))
struct YuniKornStreamTests {
    /// Reads parts until so many entries have come, or it ended.
    private func read(_ stream: EventStream, _ count: Int) async -> [UInt64] {
        var sequences: [UInt64] = []
        while sequences.count < count, let part = await stream.next() {
            if case .entries(let entries) = part { sequences += entries.map(\.sequence) }
        }
        return sequences
    }

    @Test(
        "YK-26 a stream without history gets what is published, and leaves nothing behind",
        arguments: Backend.allCases)
    func live(kind: Backend) async throws {
        try await kind.withReaders { rig in
            try await rig.publish(3)
            let stream = try await rig.streams.open(StreamRequest("s"))
            try await rig.publish(1)
            #expect(await read(stream, 1) == [4])
            stream.close()
            #expect(rig.streams.list.isEmpty)
            #expect(rig.recent.holding == (0, 0))
        }
    }

    @Test(
        "YK-27 YK-28 YK-57 a stream gets the last N, or all there are, then what is published",
        arguments: Backend.allCases, [(1000, [1, 2, 3, 4, 5]), (2, [3, 4, 5]), (4, [1, 2, 3, 4, 5]), (0, [5])])
    func history(kind: Backend, expected: (count: Int, sequences: [UInt64])) async throws {
        try await kind.withReaders { rig in
            try await rig.publish(4)
            let stream = try await rig.streams.open(StreamRequest("s", start: .last(expected.count)))
            try await rig.publish(1)
            #expect(await read(stream, expected.sequences.count) == expected.sequences)
            #expect(stream.status.lag == 0)
            #expect(stream.status.dropped == 0)
        }
    }

    @Test(
        "YK-29 YK-31 YK-43 two streams both get everything in order, and both are listed",
        arguments: Backend.allCases)
    func two(kind: Backend) async throws {
        try await kind.withReaders { rig in
            let first = try await rig.streams.open(StreamRequest("a"))
            let second = try await rig.streams.open(StreamRequest("b"))
            #expect(rig.streams.list.map(\.name) == ["a", "b"])
            try await rig.publish(5)
            #expect(rig.streams.list.map(\.lag) == [5, 5])
            #expect(await read(first, 5) == [1, 2, 3, 4, 5])
            #expect(await read(second, 5) == [1, 2, 3, 4, 5])
        }
    }

    @Test(
        "YK-30 B13 a stream that never reads is ended, told why, and can still read all that it had accepted",
        arguments: Backend.allCases)
    func slow(kind: Backend) async throws {
        try await kind.withReaders(limits: StreamLimits(lag: 2000)) { rig in
            let stream = try await rig.streams.open(StreamRequest("slow"))
            for _ in 0..<25 { try await rig.publish(batch: 100) }
            #expect(rig.streams.list.isEmpty)
            var sequences: [UInt64] = []
            var end: StreamEnd?
            while let part = await stream.next() {
                switch part {
                case .entries(let entries): sequences += entries.map(\.sequence)
                case .ended(let it): end = it
                case .gap(let gap): Issue.record("\(gap)")
                }
            }
            // It was accepted until the limit was passed, and the reader is told where that was.
            let last = try #require(sequences.last)
            #expect((2001...2100).contains(last))
            #expect(sequences == Array(1...last))
            #expect(end == StreamEnd(reason: .tooSlow(limit: 2000), resumeAfter: last))
            let next = try await rig.streams.open(StreamRequest("again", start: .after(last)))
            #expect(await read(next, 2500 - Int(last)) == Array(last + 1...2500))
            next.close()
        }
    }

    @Test("YK-54 a stream's entries carry the instance with them: it is the journal's", arguments: Backend.allCases)
    func instance(kind: Backend) async throws {
        try await kind.withHistory(count: 10) { manager, add in
            let stream = try await manager.stream(StreamRequest("s", start: .last(3)))
            let before = try await manager.entries(from: nil, count: 1).journal
            try await add(3)
            let late = try await manager.stream(StreamRequest("t", start: .after(0)))
            #expect(manager.streamList.map(\.name) == ["s", "t"])
            #expect(try await manager.entries(from: nil, count: 1).journal == before)
            withExtendedLifetime((stream, late)) {}
        }
    }

    @Test("YK-55 when the agent stops a stream gets what was committed, the reason and the last sequence")
    func stopped() async throws {
        let rig = Rig(settings: PipelineSettings(host: "test"))
        let stream = try await rig.manager.stream(StreamRequest("s"))
        try await rig.manager.start()
        await rig.stop()
        var types: [String] = []
        while let part = await stream.next() {
            switch part {
            case .entries(let entries): types += entries.map(\.type.rawValue)
            case .ended(let end): #expect(end == StreamEnd(reason: .agentStopped, resumeAfter: 2))
            case .gap(let gap): Issue.record("\(gap)")
            }
        }
        #expect(types == ["agent.started", "agent.stopped"])
        await #expect(throws: StreamError.stopped) { try await rig.manager.stream(StreamRequest("late")) }
    }

    @Test("YK-59 one stream more than there may be is refused; one that ends makes room")
    func limit() async throws {
        try await Backend.memory.withReaders(limits: StreamLimits(streams: 3)) { rig in
            var streams: [EventStream] = []
            for name in ["a", "b", "c"] { streams.append(try await rig.streams.open(StreamRequest(name))) }
            await #expect(throws: StreamError.tooMany(limit: 3)) { try await rig.streams.open(StreamRequest("d")) }
            streams.removeLast()
            #expect(rig.streams.list.map(\.name) == ["a", "b"])
            streams.append(try await rig.streams.open(StreamRequest("d")))
            #expect(rig.streams.list.map(\.name) == ["a", "b", "d"])
        }
    }

    @Test("YK-61 streams are counted in all and by client; limits change at any time, and streams there are stay")
    func limiter() throws {
        var limiter = StreamLimiter()
        #expect((limiter.limits.streams, limiter.limits.streamsPerClient) == (100, 15))
        limiter.limits = StreamLimits(streams: 3, streamsPerClient: 2)
        try limiter.enter("a")
        try limiter.enter("a")
        #expect(throws: StreamError.tooManyForClient("a", limit: 2)) { try limiter.enter("a") }
        limiter.leave("nobody")
        #expect((limiter.count, limiter.count(of: "a")) == (2, 2))
        try limiter.enter("b")
        #expect(throws: StreamError.tooMany(limit: 3)) { try limiter.enter("c") }
        limiter.limits = StreamLimits(streams: 1, streamsPerClient: 1)
        #expect(limiter.count == 3)
        limiter.leave("a")
        limiter.leave("a")
        limiter.leave("b")
        limiter.leave("b")
        #expect((limiter.count, limiter.count(of: "a")) == (0, 0))
        try limiter.enter("c")
    }
}
