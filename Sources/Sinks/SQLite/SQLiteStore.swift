import AgentCore
import EventModel

/// The database of a `sqlite` sink: made, migrated, filled and trimmed. Every call blocks.
///
/// Owned by `SQLiteSink`. After an error the file is opened anew, so that what is on the disk decides.
struct SQLiteStore {
    /// Removed with one delivery at the most: a retention that was shortened must not hold up deliveries.
    private static let trimLimit: Int64 = 20_000

    private let configuration: SQLiteConfiguration
    private let clock: AgentClock
    private let journal: String
    private var database: SQLiteEventDatabase?
    private var times = TimestampReader()
    private var timeText: [UInt8] = []

    init(_ configuration: SQLiteConfiguration, in context: SinkContext) {
        self.configuration = configuration
        (clock, journal) = (context.clock, context.journal)
    }

    /// Stores entries in one transaction: all that can be stored, or none and an error.
    mutating func store(_ entries: [Entry]) throws(DeliveryError) {
        var rejected: [UInt64: String] = [:]
        do throws(SQLiteFileError) {
            rejected = try attempt(entries)
        } catch {
            // Also ends the transaction.
            database = nil
            throw error.deliveryError(path: configuration.path)
        }
        if !rejected.isEmpty { throw .partial(rejected: rejected) }
    }

    /// Closes the file.
    mutating func close() {
        database = nil
    }

    private mutating func attempt(_ entries: [Entry]) throws(SQLiteFileError) -> [UInt64: String] {
        let database = try opened()
        let oldest = configuration.retention?.age.map { clock.now().advanced(by: .zero - $0) }
        var rejected: [UInt64: String] = [:]
        try database.file.execute("BEGIN IMMEDIATE")
        for place in entries.indices {
            let isEvent = try EventFields.read(entries[place].body) { (fields) throws(SQLiteFileError) in
                guard !fields.id.isEmpty, !fields.source.isEmpty, let time = times.read(fields.time.bytes) else {
                    return false
                }
                if let oldest, time < oldest { return true }
                FixedTime.write(fields.time, time, into: &timeText)
                try insert(entries[place], fields, by: database.insert)
                return true
            }
            if !isEvent { rejected[entries[place].sequence] = EventColumns.missing }
        }
        if let events = configuration.retention?.events {
            database.trimCount.bind(Int64(events), at: 1)
            try database.trimCount.run()
        }
        if let oldest {
            try database.trimAge.bind(FixedTime.text(of: oldest), at: 1)
            database.trimAge.bind(Self.trimLimit, at: 2)
            try database.trimAge.run()
        }
        try database.file.execute("COMMIT")
        return rejected
    }

    /// The database, opened anew when somebody has moved it away.
    private mutating func opened() throws(SQLiteFileError) -> SQLiteEventDatabase {
        if let database, !database.file.hasMoved { return database }
        database = nil
        let opened = try Self.open(configuration)
        database = opened
        return opened
    }

    private func insert(
        _ entry: Entry, _ fields: EventFields, by statement: borrowing SQLiteFileStatement
    ) throws(SQLiteFileError) {
        try statement.bind(timeText[...], at: 1)
        try statement.bind(fields.source, at: 2)
        try statement.bind(fields.id, at: 3)
        try statement.bind(journal, at: 4)
        statement.bind(Int64(bitPattern: entry.sequence), at: 5)
        try statement.bind(entry.type.rawValue, at: 6)
        try statement.bind(entry.severity.rawValue, at: 7)
        try statement.bind(fields.subject, at: 8)
        try statement.bind(fields.guestName, at: 9)
        try statement.bind(fields.guestHost, at: 10)
        try statement.bind(lent: fields.whole, at: 11)
        try statement.run()
    }

    // MARK: Opening

    private static func open(_ configuration: SQLiteConfiguration) throws(SQLiteFileError) -> SQLiteEventDatabase {
        try makeFile(configuration.path)
        let file = try SQLiteFile(path: configuration.path, busyTimeout: configuration.busyTimeout)
        try check(file)
        try file.execute(SQLiteEventTable.settings)
        try migrate(file)
        return try SQLiteEventDatabase(file)
    }

    /// With the mode 0640, and its folder, where they are missing.
    private static func makeFile(_ path: String) throws(SQLiteFileError) {
        do throws(ArchiveError) {
            let folder = DiskFolder(path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ".")
            try folder.make()
            // SQLite follows links on its own, and makes what it names beside the file itself.
            let path = try DiskFile.resolved(path)
            if try DiskFile.status(of: path) == nil { _ = try DiskFile(path, for: .appending) }
            try folder.forceNames()
        } catch {
            throw SQLiteFileError(error)
        }
    }

    /// Nothing is changed in a database that is not ours.
    private static func check(_ file: SQLiteFile) throws(SQLiteFileError) {
        let isNew = try file.integer("SELECT count(*) FROM sqlite_schema") == 0
        let application = try file.integer("PRAGMA application_id")
        if !isNew, application != SQLiteEventTable.application {
            throw SQLiteFileError(foreign: "it is the database of another program")
        }
        let version = try file.integer("PRAGMA user_version") ?? 0
        if version > SQLiteEventTable.migrations.count {
            throw SQLiteFileError(
                foreign: "it has version \(version), this program knows \(SQLiteEventTable.migrations.count): update it"
            )
        }
    }

    private static func migrate(_ file: SQLiteFile) throws(SQLiteFileError) {
        let newest = SQLiteEventTable.migrations.count
        if try file.integer("PRAGMA user_version") == Int64(newest) { return }
        try file.execute("BEGIN IMMEDIATE")
        // Another agent may have been faster.
        let version = Int(try file.integer("PRAGMA user_version") ?? 0)
        for migration in SQLiteEventTable.migrations.dropFirst(version) { try file.execute(migration) }
        try file.execute("PRAGMA application_id = \(SQLiteEventTable.application); PRAGMA user_version = \(newest)")
        try file.execute("COMMIT")
    }
}
