/// For each source and prefix of ids: how high their numbers go, so that higher ones are known to be news.
final class IDSpaces {
    /// What is known of one.
    struct Space {
        /// The highest number of any run; -1: there is none.
        var highest: Int64
        /// The highest number that stands by itself in `ids`; -1: none does.
        var highestSingle: Int64
    }

    private struct Key: Hashable {
        var source: Int64
        var prefix: [UInt8]
    }

    /// Kept in memory; beyond that it begins anew.
    private static let kept = 4096

    private let runs, singles: SQLiteStatement
    private var spaces: [Key: Space] = [:]

    /// Prepares its statements: the schema must be there.
    init(_ connection: SQLiteConnection) throws(SQLiteError) {
        runs = try connection.prepare(
            "SELECT last FROM id_runs WHERE source = ?1 AND prefix = ?2 ORDER BY first DESC LIMIT 1")
        // The digits lie between "/" and ":".
        singles = try connection.prepare("SELECT 1 FROM ids WHERE source = ?1 AND id >= ?2 AND id < ?3 LIMIT 1")
    }

    /// What is known of a space; asked of the file once.
    func space(_ source: Int64, _ prefix: [UInt8]) throws(SQLiteError) -> Space {
        let key = Key(source: source, prefix: prefix)
        if let known = spaces[key] { return known }
        var space = Space(highest: -1, highestSingle: -1)
        runs.bind(source, at: 1)
        try runs.bind(text: prefix, at: 2)
        if try runs.next() {
            space.highest = runs.integer(0)
            runs.reset()
        }
        singles.bind(source, at: 1)
        try singles.bind(text: prefix + [UInt8(ascii: "0")], at: 2)
        try singles.bind(text: prefix + [UInt8(ascii: ":")], at: 3)
        if try singles.next() {
            // Which is the highest only all of them would tell.
            space.highestSingle = .max
            singles.reset()
        }
        note(space, source, prefix)
        return space
    }

    /// Notes what became of a space.
    func note(_ space: Space, _ source: Int64, _ prefix: [UInt8]) {
        if spaces.count >= Self.kept { spaces.removeAll(keepingCapacity: true) }
        spaces[Key(source: source, prefix: prefix)] = space
    }

    /// Forgets all: what was noted was never committed.
    func forget() {
        spaces.removeAll(keepingCapacity: true)
    }
}
