/// An open database of a `sqlite` sink with its prepared statements. Closes when it is let go.
final class SQLiteEventDatabase {
    let file: SQLiteFile
    let insert: SQLiteFileStatement
    let trimCount: SQLiteFileStatement
    let trimAge: SQLiteFileStatement

    /// Prepares the statements on a database that has our table.
    init(_ file: SQLiteFile) throws(SQLiteFileError) {
        let insert = try file.prepare(SQLiteEventTable.insert)
        let trimCount = try file.prepare(SQLiteEventTable.trimCount)
        let trimAge = try file.prepare(SQLiteEventTable.trimAge)
        self.file = file
        self.insert = insert
        self.trimCount = trimCount
        self.trimAge = trimAge
    }
}
