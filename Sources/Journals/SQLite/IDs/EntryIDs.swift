import AgentCore

/// The ids of all entries held: what tells repeats from news.
///
/// Ids that are one text and rising numbers stand together in a row of `id_runs`, where they are higher than all of
/// that text before them; each other id has a row of `ids`. An id is looked for in both.
final class EntryIDs {
    /// Ids stored by one statement: a third of the processor time of one each.
    static let block = 50

    private let connection: SQLiteConnection
    private let insertOne, insertBlock, removeOne, insertRun, removeRun: SQLiteStatement
    private let search: IDRunSearch
    private let spaces: IDSpaces
    private var texts: [UInt8] = []
    private var ranges: [Range<Int>] = []
    /// The run in which entries are being removed.
    private var removing: IDRun?

    /// Prepares its statements: the schema must be there.
    init(_ connection: SQLiteConnection) throws(SQLiteError) {
        self.connection = connection
        search = try IDRunSearch(connection)
        spaces = try IDSpaces(connection)
        // The ids of rows that were removed although damaged are still there; they are no repeats of anything.
        insertOne = try connection.prepare(
            """
            INSERT INTO ids (source, id, sequence) VALUES (?1, ?2, ?3) ON CONFLICT (source, id)
            DO UPDATE SET sequence = excluded.sequence WHERE sequence <= (SELECT trimmed_through FROM journal)
            """)
        let rows = (0..<Self.block).map { "(?\(3 * $0 + 1), ?\(3 * $0 + 2), ?\(3 * $0 + 3))" }
        insertBlock = try connection.prepare(
            "INSERT INTO ids (source, id, sequence) VALUES \(rows.joined(separator: ", "))")
        removeOne = try connection.prepare("DELETE FROM ids WHERE source = ?1 AND id = ?2 AND sequence = ?3")
        insertRun = try connection.prepare(
            """
            INSERT INTO id_runs (source, prefix, first, last, sequence, through, steps)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
            """)
        removeRun = try connection.prepare("DELETE FROM id_runs WHERE source = ?1 AND prefix = ?2 AND first = ?3")
    }

    /// Everything is as it was when the transaction began.
    func rollBack() {
        removing = nil
        search.forget()
        spaces.forget()
    }

    // MARK: Storing

    /// Stores the ids of those events that are news, with the sequences from `first` on, and appends to `news` which
    /// they are. `heads` are those of the events; what is removed through `trimmed` is no repeat.
    func insert(
        _ events: Span<EncodedEvent>, _ heads: [BatchContent.Head], from first: UInt64, trimmed: UInt64,
        _ news: inout [Bool]
    ) throws(SQLiteError) {
        var (place, sequence) = (0, first)
        while place < events.count {
            if var run = run(of: events, heads, at: place) {
                run.sequence = sequence
                let end = place + run.numbers.count
                sequence += try insert(run, events.extracting(place..<end), trimmed: trimmed, &news)
                place = end
            } else {
                var end = place + 1
                while end < events.count, NumberedID.split(events[end].id) == nil { end += 1 }
                sequence += try insertTexts(events, place..<end, { heads[$0].source }, from: sequence, &news)
                place = end
            }
        }
    }

    /// The longest run that begins at a place; nil when the id there has no number.
    private func run(of events: Span<EncodedEvent>, _ heads: [BatchContent.Head], at place: Int) -> IDRun? {
        guard let (start, number) = NumberedID.split(events[place].id) else { return nil }
        var run = IDRun(
            source: heads[place].source, prefix: Array(events[place].id.utf8.prefix(start)), numbers: [], sequence: 0)
        run.numbers.reserveCapacity(min(IDRun.maximumCount, events.count - place))
        run.numbers.append(number)
        var last = number
        for next in place + 1..<min(events.count, place + IDRun.maximumCount) {
            guard heads[next].source == run.source,
                let number = NumberedID.number(of: events[next].id, behind: run.prefix), number > last
            else { break }
            run.numbers.append(number)
            last = number
        }
        return run
    }

    /// Stores those ids of a run that are news; gives how many.
    private func insert(
        _ run: IDRun, _ events: Span<EncodedEvent>, trimmed: UInt64, _ news: inout [Bool]
    ) throws(SQLiteError) -> UInt64 {
        var space = try spaces.space(run.source, run.prefix)
        var (place, count) = (0, UInt64(0))
        // Those that are not higher than all others, each by itself.
        while place < run.numbers.count, run.numbers[place] <= space.highest {
            let number = run.numbers[place]
            let known = try search.run(around: number, source: run.source, prefix: run.prefix)?.sequence(of: number)
            var isNew = false
            if known.map({ $0 <= trimmed }) ?? true {
                isNew = try insert(events[place].id, source: run.source, sequence: run.sequence + count)
            }
            news.append(isNew)
            if isNew {
                count += 1
                space.highestSingle = max(space.highestSingle, number)
            }
            place += 1
        }
        if place > 0 { spaces.note(space, run.source, run.prefix) }
        guard place < run.numbers.count else { return count }
        guard run.numbers[place] > space.highestSingle else {
            let rest = place..<run.numbers.count
            return try count + insertTexts(events, rest, { _ in run.source }, from: run.sequence + count, &news)
        }
        var higher = run
        (higher.numbers, higher.sequence) = (Array(run.numbers[place...]), run.sequence + count)
        try store(higher)
        space.highest = higher.last
        spaces.note(space, run.source, run.prefix)
        for _ in higher.numbers { news.append(true) }
        return count + UInt64(higher.numbers.count)
    }

    private func store(_ run: IDRun) throws(SQLiteError) {
        insertRun.bind(run.source, at: 1)
        try insertRun.bind(text: run.prefix, at: 2)
        insertRun.bind(run.first, at: 3)
        insertRun.bind(run.last, at: 4)
        insertRun.bind(Int64(clamping: run.sequence), at: 5)
        insertRun.bind(Int64(clamping: run.through), at: 6)
        try insertRun.bind(run.steps, at: 7)
        try insertRun.run()
    }

    /// Stores those ids that are news, each by itself; gives how many.
    private func insertTexts(
        _ events: Span<EncodedEvent>, _ places: Range<Int>, _ source: (Int) -> Int64, from first: UInt64,
        _ news: inout [Bool]
    ) throws(SQLiteError) -> UInt64 {
        var count: UInt64 = 0
        for start in stride(from: places.lowerBound, to: places.upperBound, by: Self.block) {
            let block = start..<min(start + Self.block, places.upperBound)
            if block.count == Self.block, try insertBlock(events, block, source, from: first + count) {
                for _ in block { news.append(true) }
                count += UInt64(block.count)
                continue
            }
            for place in block {
                let isNew = try insert(events[place].id, source: source(place), sequence: first + count)
                news.append(isNew)
                if isNew { count += 1 }
            }
        }
        return count
    }

    /// Stores an id; false when it is held already.
    private func insert(_ id: String, source: Int64, sequence: UInt64) throws(SQLiteError) -> Bool {
        insertOne.bind(source, at: 1)
        insertOne.bind(Int64(sequence), at: 3)
        try insertOne.run(lending: id, at: 2)
        return connection.changes == 1
    }

    /// Stores the ids of `block` events; false, and nothing is stored, when one of them may be held already.
    private func insertBlock(
        _ events: Span<EncodedEvent>, _ places: Range<Int>, _ source: (Int) -> Int64, from first: UInt64
    ) throws(SQLiteError) -> Bool {
        texts.removeAll(keepingCapacity: true)
        ranges.removeAll(keepingCapacity: true)
        for (number, place) in places.enumerated() {
            let length = texts.count
            texts.append(contentsOf: events[place].id.utf8)
            ranges.append(length..<texts.count)
            insertBlock.bind(source(place), at: Int32(3 * number + 1))
            insertBlock.bind(Int64(first) + Int64(number), at: Int32(3 * number + 3))
        }
        do {
            try insertBlock.run(lending: texts, ranges, from: 2, every: 3)
            return true
        } catch  where error.isConflict {
            return false
        }
    }

    // MARK: Removing

    /// Forgets the id of an entry. Entries are removed in their order: a run goes with its last.
    func remove(_ id: @autoclosure () -> String, source: Int64, sequence: UInt64) throws(SQLiteError) {
        if removing.map({ $0.sequence <= sequence && sequence <= $0.through }) != true {
            removing = nil
            let id = id()
            if let (start, number) = NumberedID.split(id),
                let run = try search.run(around: number, source: source, prefix: id.utf8.prefix(start)),
                run.sequence(of: number) == sequence
            {
                removing = run
            } else {
                removeOne.bind(source, at: 1)
                removeOne.bind(Int64(sequence), at: 3)
                return try removeOne.run(lending: id, at: 2)
            }
        }
        guard let run = removing, sequence == run.through else { return }
        removing = nil
        search.forget()
        removeRun.bind(run.source, at: 1)
        try removeRun.bind(text: run.prefix, at: 2)
        removeRun.bind(run.first, at: 3)
        try removeRun.run()
    }
}
