import AgentCore
import Pipeline
import Testing

/// Lines YK-01 to YK-25 and YK-41: the ring is the journal, a YuniKorn id is a sequence less one.
@Suite("Conformance: YuniKorn history", .timeLimit(.minutes(1)))
struct YuniKornHistoryTests {
    /// Capacity, events, from id, count; the ids that must come, and the range told.
    struct Window: CustomTestStringConvertible, Sendable {
        var line: String
        var capacity: Int
        var events: Int
        var from: Int
        var count = 10_000
        var ids: Range<Int>
        var range: ClosedRange<Int>?

        var testDescription: String { line }
    }

    static let windows = [
        Window(line: "YK-04", capacity: 10, events: 1, from: 0, ids: 0..<1, range: 0...0),
        Window(line: "YK-05", capacity: 20, events: 10, from: 5, ids: 5..<10, range: 0...9),
        Window(line: "YK-06", capacity: 20, events: 10, from: 5, count: 3, ids: 5..<8, range: 0...9),
        Window(line: "YK-07", capacity: 20, events: 25, from: 18, ids: 18..<25, range: 5...24),
        Window(line: "YK-08", capacity: 10, events: 10, from: 0, ids: 0..<10, range: 0...9),
        Window(line: "YK-09", capacity: 20, events: 50, from: 38, ids: 38..<50, range: 30...49),
        Window(line: "YK-10", capacity: 20, events: 50, from: 42, ids: 42..<50, range: 30...49),
        Window(line: "YK-11", capacity: 20, events: 25, from: 18, count: 2, ids: 18..<20, range: 5...24),
        Window(line: "YK-12", capacity: 20, events: 25, from: 18, count: 5, ids: 18..<23, range: 5...24),
        Window(line: "YK-13", capacity: 20, events: 0, from: 18, ids: 0..<0, range: nil),
        Window(line: "YK-14 too high, wrapped", capacity: 20, events: 25, from: 40, ids: 0..<0, range: 5...24),
        Window(line: "YK-14 too high, half full", capacity: 20, events: 10, from: 15, ids: 0..<0, range: 0...9),
        Window(line: "YK-14 too low, wrapped twice", capacity: 20, events: 50, from: 10, ids: 0..<0, range: 30...49),
        Window(line: "YK-41", capacity: 20, events: 10, from: 3, count: 3, ids: 3..<6, range: 0...9),
        Window(line: "B10 a", capacity: 20, events: 25, from: 10, count: 2, ids: 10..<12, range: 5...24),
        Window(line: "B10 b", capacity: 20, events: 25, from: 6, count: 3, ids: 6..<9, range: 5...24),
    ]

    @Test(
        "YK-04 to YK-14, YK-41, B10: a window gives exactly its ids, and the range held",
        arguments: Backend.allCases, windows)
    func window(kind: Backend, window: Window) async throws {
        try await kind.withHistory(count: window.capacity) { manager, add in
            try await add(window.events)
            let history = try await manager.entries(from: UInt64(window.from + 1), count: window.count)
            #expect(history.entries.map { Int($0.sequence) - 1 } == Array(window.ids))
            #expect(history.held.map { Int($0.lowerBound) - 1...Int($0.upperBound) - 1 } == window.range)
        }
    }

    @Test("B10 every window of a journal that has wrapped is exact", arguments: Backend.allCases)
    func everyWindow(kind: Backend) async throws {
        try await kind.withHistory(count: 20) { manager, add in
            try await add(33)
            for from in 1...40 {
                for count in 0...22 {
                    let history = try await manager.entries(from: UInt64(from), count: count)
                    let expected = (14...33).contains(from) ? Array((from...33).prefix(count)) : []
                    #expect(history.entries.map { Int($0.sequence) } == expected, "from \(from), \(count)")
                }
            }
        }
    }

    @Test(
        "YK-01 YK-02 YK-03 YK-15 an empty, a half full and a wrapped journal tell what they hold",
        arguments: Backend.allCases,
        [(0, nil, 0), (4, 1...4, 4), (5, 1...5, 5), (13, 4...13, 13)]
            as [(Int, ClosedRange<UInt64>?, UInt64)])
    func filling(kind: Backend, expected: (events: Int, held: ClosedRange<UInt64>?, newest: UInt64)) async throws {
        try await kind.withHistory(count: 10) { manager, add in
            try await add(expected.events)
            let history = try await manager.entries(from: nil, count: 1)
            #expect(history.held == expected.held)
            #expect(history.newest == expected.newest)
            #expect(history.entries.first?.sequence == expected.held?.lowerBound)
        }
    }

    /// Capacity, then steps: add so many, or hold so many from now on; the range held at the end.
    enum Step: Sendable {
        case add(Int)
        case hold(Int)
    }

    struct Resize: CustomTestStringConvertible, Sendable {
        var line: String
        var capacity: Int
        var steps: [Step]
        var held: ClosedRange<UInt64>

        var testDescription: String { line }
    }

    static let resizes = [
        Resize(line: "YK-16", capacity: 10, steps: [.add(4), .hold(6)], held: 1...4),
        Resize(line: "YK-17", capacity: 10, steps: [.add(4), .hold(6), .hold(2)], held: 3...4),
        Resize(line: "YK-18", capacity: 10, steps: [.add(4), .hold(6), .hold(2), .hold(20)], held: 3...4),
        Resize(line: "YK-18 filled", capacity: 10, steps: [.add(4), .hold(2), .hold(20), .add(18)], held: 3...22),
        Resize(line: "YK-19", capacity: 5, steps: [.add(4), .hold(2)], held: 3...4),
        Resize(line: "YK-20", capacity: 5, steps: [.add(4), .hold(4)], held: 1...4),
        Resize(line: "YK-20 full", capacity: 5, steps: [.add(4), .hold(4), .add(1)], held: 2...5),
        Resize(line: "YK-21", capacity: 10, steps: [.add(10), .hold(6)], held: 5...10),
        Resize(line: "YK-22", capacity: 10, steps: [.add(15), .hold(8)], held: 8...15),
        Resize(line: "YK-23", capacity: 10, steps: [.add(9), .hold(2), .hold(6)], held: 8...9),
        Resize(line: "YK-24", capacity: 10, steps: [.add(7), .hold(10), .hold(10)], held: 1...7),
    ]

    @Test(
        "YK-16 to YK-24: another capacity keeps the newest and the sequences", arguments: Backend.allCases, resizes)
    func resize(kind: Backend, resize: Resize) async throws {
        try await kind.withHistory(count: resize.capacity) { manager, add in
            var newest: UInt64 = 0
            let instance = try await manager.entries(from: nil, count: 0).journal
            for step in resize.steps {
                switch step {
                case .add(let count):
                    try await add(count)
                    newest += UInt64(count)
                case .hold(let count): _ = try await manager.setRetention(RetentionPolicy(count: count))
                }
                let history = try await manager.entries(from: nil, count: 10_000)
                #expect(history.newest == newest)
                #expect(history.entries.map(\.sequence) == Array(try #require(history.held)))
                #expect(history.journal == instance)
            }
            #expect(try await manager.entries(from: nil, count: 0).held == resize.held)
        }
    }

    @Test(
        "YK-25 B11 the last N: none of an empty one, those there are, and all when more are asked for than held",
        arguments: Backend.allCases,
        [
            (0, 5, []), (8, 3, [6, 7, 8]), (8, 8, Array(1...8)), (8, 20, Array(1...8)), (15, 10, Array(6...15)),
            (15, 11, Array(6...15)), (15, 200_000, Array(6...15)), (15, 0, []),
        ] as [(Int, Int, [UInt64])])
    func recent(kind: Backend, expected: (events: Int, count: Int, sequences: [UInt64])) async throws {
        try await kind.withHistory(count: 10) { manager, add in
            try await add(expected.events)
            let history = try await manager.lastEntries(expected.count)
            #expect(history.entries.map(\.sequence) == expected.sequences)
        }
    }
}
