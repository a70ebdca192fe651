import AgentCore
import EventModel

/// Atomic, Unique, Ordered.
extension JournalConformance {
    /// The checks of this file.
    var promiseChecks: [Check] {
        [
            check("Ordered: sequences count from 1 without gaps, whoever commits", Self.sequencesCount),
            check(
                "Ordered: concurrent committers keep each its own order, and no sequence is given twice",
                Self.concurrent),
            check("Unique: an event held already is not stored again", Self.unique),
            check("Unique: repeats are found anywhere in a large batch", Self.uniqueInLargeBatches),
            check("Unique: one source's ids are not another's, and ids are compared byte by byte", Self.uniqueBytes),
            check("Unique: an event the journal let go is news again, under a new sequence", Self.newsAgain),
            check("Atomic: a checkpoint is committed with its batch, of any bytes", Self.checkpoints),
            check("Atomic: a commit refused leaves neither events nor checkpoint", Self.atomic),
        ]
    }

    @Sendable private static func sequencesCount(_ subject: JournalSubject<Subject>) async throws {
        let journal = try await subject.open()
        var next: UInt64 = 1
        for (index, size) in [1, 10, 1, 100, 7].enumerated() {
            let numbers = Int(next)..<Int(next) + size
            let commit = try await journal.commit(.numbered(numbers), checkpoint: nil, of: "c\(index % 2)")
            try expectEqual(commit, Commit(sequences: next...next + UInt64(size) - 1, repeated: 0), "the commit")
            next += UInt64(size)
        }
        let nothing = try await journal.commit([], checkpoint: nil, of: "c0")
        try expectEqual(nothing, Commit(sequences: nil, repeated: 0), "an empty commit")
        try expectEqual(try await journal.sequences(), Array(1...119), "the sequences read")
        try await journal.close()
    }

    @Sendable private static func uniqueInLargeBatches(_ subject: JournalSubject<Subject>) async throws {
        let journal = try await subject.open()
        var random = SeededGenerator(seed: 7)
        var (held, expected): (Set<Int>, [EncodedEvent]) = ([], [])
        for _ in 0..<20 {
            let first = Int.random(in: 0..<1000, using: &random)
            var numbers = Array(first..<first + Int.random(in: 1...300, using: &random))
            if Bool.random(using: &random) { numbers.swapAt(0, numbers.count - 1) }
            if Bool.random(using: &random) { numbers += numbers.suffix(60) }
            let news = numbers.filter { held.insert($0).inserted }
            expected += .numbered(news)
            let commit = try await journal.commit(.numbered(numbers), checkpoint: nil, of: "one")
            try expectEqual(commit.repeated, numbers.count - news.count, "repeats of \(numbers.count)")
        }
        let entries = try await journal.everything()
        try expectEqual(entries.map(\.sequence), Array(1...UInt64(expected.count)), "the sequences")
        try expectEqual(entries.map(\.body), expected.map(\.body), "what is held")
        try await journal.close()
    }

    @Sendable private static func concurrent(_ subject: JournalSubject<Subject>) async throws {
        let journal = try await subject.open()
        let (committers, commits, size) = (8, 25, 3)
        let ranges = try await withThrowingTaskGroup(of: [ClosedRange<UInt64>].self) { group in
            for committer in 0..<committers {
                group.addTask {
                    var ranges: [ClosedRange<UInt64>] = []
                    for index in 0..<commits {
                        let events = [EncodedEvent].numbered(
                            index * size..<(index + 1) * size, source: "test://\(committer)")
                        let point = Checkpoint(version: 1, bytes: [UInt8(index)])
                        let commit = try await journal.commit(events, checkpoint: point, of: "c\(committer)")
                        ranges += commit.sequences.map { [$0] } ?? []
                    }
                    return ranges
                }
            }
            return try await group.reduce(into: [[ClosedRange<UInt64>]]()) { $0.append($1) }
        }
        for own in ranges {
            try expectEqual(own.count, commits, "commits that were news")
            try expect(
                zip(own, own.dropFirst()).allSatisfy { $0.upperBound < $1.lowerBound }, "a committer's order is kept")
            try expect(own.allSatisfy { $0.count == size }, "a batch's sequences follow each other")
        }
        let given = ranges.joined().map { Array($0) }.joined().sorted()
        try expectEqual(given, Array(1...UInt64(committers * commits * size)), "the sequences given")
        for committer in 0..<committers {
            let point = try await journal.checkpoint(of: "c\(committer)")
            try expectEqual(point, Checkpoint(version: 1, bytes: [UInt8(commits - 1)]), "the last checkpoint")
        }
        try await journal.close()
    }

    @Sendable private static func unique(_ subject: JournalSubject<Subject>) async throws {
        let journal = try await subject.open()
        _ = try await journal.commit(.numbered(1...5), checkpoint: nil, of: "one")
        let mixed = try await journal.commit(.numbered([4, 6, 5, 6, 7]), checkpoint: nil, of: "two")
        try expectEqual(mixed, Commit(sequences: 6...7, repeated: 3), "a batch with events held, and one twice")
        let point = Checkpoint(version: 1, bytes: [9])
        let repeats = try await journal.commit(.numbered(1...7), checkpoint: point, of: "one")
        try expectEqual(repeats, Commit(sequences: nil, repeated: 7), "a batch of repeats")
        try expectEqual(try await journal.checkpoint(of: "one"), point, "the checkpoint of a batch of repeats")
        try expectEqual(
            try await journal.everything().map(\.body), (1...7).map { EncodedEvent.numbered($0).body },
            "what is held")
        try await journal.close()
    }

    @Sendable private static func uniqueBytes(_ subject: JournalSubject<Subject>) async throws {
        let journal = try await subject.open()
        // "é" as one scalar and as two: the same text to a reader, two ids to a source.
        let ids = ["", "a", "a\0b", "a\0c", "\u{E9}", "e\u{301}", String(repeating: "long", count: 1000)]
        for source in ["test://a", "test://b", "test://\u{E9}", "test://e\u{301}"] {
            let events = ids.map {
                EncodedEvent(source: source, id: $0, type: "vm.other", severity: .info, body: Array("{}".utf8)[...])
            }
            let first = try await journal.commit(events, checkpoint: nil, of: "one")
            try expectEqual(first.repeated, 0, "events of source \(source) that were held already")
            let second = try await journal.commit(events, checkpoint: nil, of: "one")
            try expectEqual(second.repeated, ids.count, "events of source \(source) that came again")
        }
        try await journal.close()
    }

    @Sendable private static func newsAgain(_ subject: JournalSubject<Subject>) async throws {
        let journal = try await subject.open(.init(count: 3))
        _ = try await journal.commit(.numbered(1...3), checkpoint: nil, of: "one")
        _ = try await journal.commit(.numbered(4...5), checkpoint: nil, of: "one")
        try expectEqual(try await journal.sequences(), [3, 4, 5], "what is held")
        let again = try await journal.commit(.numbered([3, 1]), checkpoint: nil, of: "one")
        try expectEqual(again, Commit(sequences: 6...6, repeated: 1), "an event held and one let go")
        try await journal.close()
    }

    @Sendable private static func checkpoints(_ subject: JournalSubject<Subject>) async throws {
        let journal = try await subject.open()
        try expectEqual(try await journal.checkpoint(of: "one"), nil, "the checkpoint before the first commit")
        let points = [
            Checkpoint(version: 1, bytes: [0, 255, 0]), Checkpoint(version: 1, bytes: []),
            Checkpoint(version: 7, bytes: Array(repeating: 0xC3, count: 100_000)),
        ]
        for (index, point) in points.enumerated() {
            _ = try await journal.commit([.numbered(index)], checkpoint: point, of: "one")
            try expectEqual(try await journal.checkpoint(of: "one"), point, "the checkpoint committed")
            _ = try await journal.commit([.numbered(index + 100)], checkpoint: nil, of: "one")
            try expectEqual(try await journal.checkpoint(of: "one"), point, "the checkpoint after a commit without one")
            try expectEqual(try await journal.checkpoint(of: "two"), nil, "another collector's checkpoint")
        }
        try await journal.close()
    }

    @Sendable private static func atomic(_ subject: JournalSubject<Subject>) async throws {
        let policy = RetentionPolicy(count: 4)
        let journal = try await subject.open(policy)
        try await journal.attach(sinks: ["slow"])
        let point = Checkpoint(version: 1, bytes: [1])
        _ = try await journal.commit(.numbered(1...3), checkpoint: point, of: "one")
        try await expectError(.full, "a commit there is no room for") {
            _ = try await journal.commit(.numbered(4...6), checkpoint: .init(version: 1, bytes: [2]), of: "one")
        }
        try expectEqual(try await journal.sequences(), [1, 2, 3], "what is held after a refused commit")
        try expectEqual(try await journal.checkpoint(of: "one"), point, "the checkpoint after a refused commit")
        try expectEqual(try await journal.state().head, 3, "the head after a refused commit")
        let fitting = try await journal.commit(.numbered(4...4), checkpoint: nil, of: "two")
        try expectEqual(fitting.sequences, 4...4, "a smaller commit there is room for")
        try await journal.close()
    }
}
