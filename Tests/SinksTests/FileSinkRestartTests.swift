import AgentCore
import AgentTestKit
import Platform
import Testing

@testable import Sinks

/// Every event stands in the file exactly once, wherever the agent was killed.
@Suite struct FileSinkRestartTests {
    private static func sink(
        in folder: TemporaryFolder, rotate: FileSinkConfiguration.Rotation? = nil, context: SinkContext = .conformance,
        onChange: @escaping @Sendable () -> Void = {}
    ) -> FileSink {
        FileSink(
            .init(path: folder.path(of: "events.jsonl"), rotate: rotate, fsync: .never), in: context, onChange: onChange
        )
    }

    @Test("killed at any byte of the last batch, the next start completes it")
    func everyByte() async throws {
        let folder = try TemporaryFolder()
        let first = Self.sink(in: folder)
        try await first.deliver(Entry.numbered(1...2))
        let acknowledged = try folder.bytes(of: "events.jsonl").count
        try await first.deliver(Entry.numbered(3...5))
        await first.stop()
        let whole = try folder.bytes(of: "events.jsonl")
        for length in acknowledged...whole.count {
            try folder.write(whole[..<length], to: "events.jsonl")
            let next = Self.sink(in: folder)
            try await next.deliver(Entry.numbered(3...5))
            await next.stop()
            let bytes = try folder.bytes(of: "events.jsonl")
            if bytes != whole {
                Issue.record("cut after \(length) of \(whole.count) bytes: \(bytes.count) bytes at the end")
            }
        }
    }

    @Test("a power failure may take a part of any line that was not acknowledged, not only of the last")
    func anyLine() async throws {
        let folder = try TemporaryFolder()
        let first = Self.sink(in: folder)
        try await first.deliver(Entry.numbered(1...2))
        let acknowledged = try folder.bytes(of: "events.jsonl").count
        try await first.deliver(Entry.numbered(3...6))
        await first.stop()
        let whole = try folder.bytes(of: "events.jsonl")
        for place in stride(from: acknowledged, to: whole.count, by: 7) {
            var torn = whole
            torn[place] = 0
            try folder.write(torn, to: "events.jsonl")
            let next = Self.sink(in: folder)
            try await next.deliver(Entry.numbered(3...6))
            await next.stop()
            #expect(try folder.bytes(of: "events.jsonl") == whole, "byte \(place)")
        }
    }

    @Test("killed while the very first line was written, the next start begins anew")
    func firstLine() async throws {
        let folder = try TemporaryFolder()
        let first = Self.sink(in: folder)
        try await first.deliver(Entry.numbered(1...1))
        await first.stop()
        let whole = try folder.bytes(of: "events.jsonl")
        for length in 0..<whole.count {
            try folder.write(whole[..<length], to: "events.jsonl")
            let next = Self.sink(in: folder)
            try await next.deliver(Entry.numbered(1...1))
            await next.stop()
            #expect(try folder.bytes(of: "events.jsonl") == whole)
        }
    }

    @Test("a last line longer than what is read at first is found, whole or not", arguments: [0, 1, 1 << 20, 3 << 20])
    func longLine(cut: Int) async throws {
        let folder = try TemporaryFolder()
        let entries: [Entry] = [.numbered(1), .numbered(2, dataBytes: 3 << 20), .numbered(3)]
        let first = Self.sink(in: folder)
        try await first.deliver(Array(entries.prefix(2)))
        await first.stop()
        let whole = try folder.bytes(of: "events.jsonl")
        try folder.write(whole.dropLast(cut), to: "events.jsonl")
        let next = Self.sink(in: folder)
        try await next.deliver(entries)
        await next.stop()
        #expect(try ArchiveFolder(folder: folder).sequences() == [1, 2, 3])
    }

    @Test("killed at any step of rotation, compression and removal, nothing is lost and nothing comes twice")
    func everyStep() async throws {
        let folder = try TemporaryFolder()
        let crashes = Locked<[TemporaryFolder]>([])
        let rotation = FileSinkConfiguration.Rotation(bytes: 1000)
        let first = Self.sink(in: folder, rotate: rotation) {
            guard let crash = try? folder.copy() else { return }
            crashes.withLock { $0.append(crash) }
        }
        for sequence in 1...20 as ClosedRange<UInt64> { try await first.deliver([.numbered(sequence)]) }
        #expect(try await eventually { try ArchiveFolder(folder: folder).closed().allSatisfy(\.isCompressed) })
        await first.stop()
        let states = crashes.withLock { $0 }
        #expect(states.count > 30)
        for crash in states {
            let archive = ArchiveFolder(folder: crash)
            let names = try crash.names
            let next = Self.sink(in: crash, rotate: rotation)
            try await next.deliver(Entry.numbered(1...21))
            #expect(
                try await eventually { try archive.closed().allSatisfy(\.isCompressed) }, "\(names)")
            await next.stop()
            #expect(try archive.sequences() == Array(1...21), "\(names)")
            #expect(try crash.names.allSatisfy { !$0.hasSuffix(".part") })
        }
    }

    @Test("an empty current file is no reason to repeat: the name of the file closed last tells how far it got")
    func namesSuffice() async throws {
        let folder = try TemporaryFolder()
        let names = ArchiveNames(current: "events.jsonl")
        let last = ArchivePlace(journal: SinkContext.conformance.journal, sequence: 4)
        let closed = names.closing(last, at: TestClock().clock.now(), after: nil)
        try folder.write([], to: names.name(of: closed))
        let sink = Self.sink(in: folder)
        try await sink.deliver(Entry.numbered(1...6))
        await sink.stop()
        #expect(try ArchiveFolder(folder: folder).sequences() == [5, 6])
    }

    @Test("another journal begins its own count", arguments: [nil, FileSinkConfiguration.Rotation(bytes: 1)])
    func anotherJournal(rotation: FileSinkConfiguration.Rotation?) async throws {
        let folder = try TemporaryFolder()
        let clock = TestClock()
        for (journal, count) in [("first", 5), ("second", 3), ("third", 7)] as [(String, UInt64)] {
            let sink = Self.sink(
                in: folder, rotate: rotation, context: .conformance.with(clock: clock, journal: journal))
            try await sink.deliver(Entry.numbered(1...count))
            await sink.stop()
        }
        let places = try ArchiveFolder(folder: folder).places()
        #expect(places.map(\.sequence) == Array(1...5) + Array(1...3) + Array(1...7))
        #expect(Set(places.map(\.journal)).count == 3)
    }

    @Test("three hundred seeded lives with kills, rotations and compressions leave every event exactly once")
    func lives() async throws {
        var random = SeededGenerator(test: 2026)
        var folder = try TemporaryFolder()
        var acknowledged: UInt64 = 0
        var head: UInt64 = 0
        for _ in 1...300 {
            let sink = Self.sink(in: folder, rotate: .init(bytes: 4096, keep: 10_000))
            var lengthBefore: Int?
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let count = UInt64.random(in: 1...6, using: &random)
                let closedBefore = try ArchiveFolder(folder: folder).closed().count
                lengthBefore = try? folder.bytes(of: "events.jsonl").count
                let from = acknowledged - min(acknowledged, UInt64.random(in: 0...3, using: &random))
                head = max(head, from + count)
                try await sink.deliver(Entry.numbered(from + 1...from + count))
                acknowledged = max(acknowledged, from + count)
                if try ArchiveFolder(folder: folder).closed().count != closedBefore { lengthBefore = 0 }
            }
            // The kill: the folder as it is, and the last batch, whose answer is lost, cut at any byte.
            let crash = try folder.copy()
            await sink.stop()
            folder = crash
            let bytes = try folder.bytes(of: "events.jsonl")
            let length = Int.random(in: min(lengthBefore ?? 0, bytes.count)...bytes.count, using: &random)
            try folder.write(bytes[..<length], to: "events.jsonl")
            acknowledged -= min(acknowledged, 6)
        }
        let last = Self.sink(in: folder, rotate: .init(bytes: 4096, keep: 10_000))
        try await last.deliver(Entry.numbered(acknowledged + 1...head + 1))
        await last.stop()
        #expect(try ArchiveFolder(folder: folder).sequences() == Array(1...head + 1), "SEED=\(random.seed)")
    }
}
