/// Sources or types, stored once and named by number in the entries.
final class InternedNames {
    /// Numbers kept in memory; beyond that it begins anew, so that a source that makes up names costs time, not memory.
    private static let kept = 4096

    private let find: SQLiteStatement
    private let insert: SQLiteStatement
    private var numbers: [UTF8Key: Int64] = [:]
    /// Most events of a batch share their source, and often their type.
    private var last: (name: UTF8Key, number: Int64)?

    /// Whether it knows more than when it was asked last.
    private(set) var isChanged = false

    /// The names of `table`.
    init(table: String, connection: SQLiteConnection) throws(SQLiteError) {
        find = try connection.prepare("SELECT number FROM \(table) WHERE name = ?1")
        insert = try connection.prepare("INSERT INTO \(table) (name) VALUES (?1)")
    }

    /// The number of a name; within a transaction, because a new name is stored.
    func number(of name: String) throws(SQLiteError) -> Int64 {
        let key = UTF8Key(name)
        if let last, last.name == key { return last.number }
        if let known = numbers[key] {
            last = (key, known)
            return known
        }
        let number = try stored(name)
        if numbers.count >= Self.kept { numbers.removeAll(keepingCapacity: true) }
        numbers[key] = number
        isChanged = true
        last = (key, number)
        return number
    }

    /// What it knows by heart.
    func known() -> [UTF8Key: Int64] {
        isChanged = false
        return numbers
    }

    /// Forgets what it knows by heart: the transaction it was learned in has been rolled back.
    func forget() {
        numbers.removeAll(keepingCapacity: true)
        last = nil
    }

    private func stored(_ name: String) throws(SQLiteError) -> Int64 {
        if let number = try found(name) { return number }
        try insert.bind(name, at: 1)
        try insert.run()
        return try found(name) ?? 0
    }

    private func found(_ name: String) throws(SQLiteError) -> Int64? {
        try find.bind(name, at: 1)
        guard try find.next() else { return nil }
        defer { find.reset() }
        return find.integer(0)
    }
}
