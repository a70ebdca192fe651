#if PostgreSQL
    import EventModel

    /// Which days have a partition of their own, and what is to be done about it. No statement is run here.
    ///
    /// Days in a window around now get one: more would let a source with a broken clock make thousands. What is older
    /// or later, and what comes while a partition cannot be made because somebody reads the table, is kept in
    /// `events_other`; it moves once its day gets a partition.
    struct PostgresPartitions {
        /// How late an event may come and still find a partition of its day.
        private static let daysBack: Int64 = 366
        /// Made before they are needed, so that no delivery has to wait for it.
        private static let daysAhead: Int64 = 2
        /// How often partitions are looked after.
        private static let interval = Duration.seconds(600)

        private let retention: Duration?
        private var made: Set<Int64> = []
        /// Days that could not be made; tried again at the next upkeep.
        private var failed: Set<Int64> = []
        private var lookedAfter: Timestamp?

        /// Days older than `retention` go; nil: none does.
        init(retention: Duration?) {
            self.retention = retention
        }

        /// The first day that is kept; nil: all are.
        func oldest(at now: Timestamp) -> PostgresDay? {
            retention.map { PostgresDay(of: now.advanced(by: .zero - $0)) }
        }

        /// Whether the database is to be asked which partitions there are.
        func isUpkeepDue(at now: Timestamp) -> Bool {
            // A clock that was set back must not put it off.
            lookedAfter.map { now < $0 || now.since($0) >= Self.interval } ?? true
        }

        /// The database has these partitions. Gives the names of those that retention lets go.
        mutating func found(_ names: [String], at now: Timestamp) -> [String] {
            lookedAfter = now
            failed = []
            made = Set(names.compactMap { PostgresDay(partition: $0)?.number })
            guard let oldest = oldest(at: now) else { return [] }
            return names.filter { PostgresDay(partition: $0).map { $0 < oldest } ?? false }
        }

        /// The days that need a partition now, for rows of `days`; the days ahead among them.
        func missing(for days: Set<Int64>, at now: Timestamp) -> [PostgresDay] {
            let today = PostgresDay(of: now).number
            let window = max(today - Self.daysBack, oldest(at: now)?.number ?? .min)...(today + Self.daysAhead)
            let wanted = days.filter { window.contains($0) }.union(today...(today + Self.daysAhead))
            return wanted.subtracting(made).subtracting(failed).sorted().map { PostgresDay(number: $0) }
        }

        /// That day has its partition.
        mutating func made(_ day: PostgresDay) {
            made.insert(day.number)
        }

        /// That day has to wait for the next upkeep.
        mutating func failed(_ day: PostgresDay) {
            failed.insert(day.number)
        }

        /// Nothing is known any more: another connection, perhaps another server.
        mutating func forget() {
            (made, failed, lookedAfter) = ([], [], nil)
        }
    }

    extension PostgresDay {
        /// The day of a partition's name; nil for another table.
        init?(partition name: String) {
            let digits = name.dropFirst(PostgresSchema.partitionPrefix.count)
            guard name.hasPrefix(PostgresSchema.partitionPrefix), digits.utf8.count == 8 else { return nil }
            let (year, rest) = (digits.prefix(4), digits.dropFirst(4))
            guard let time = Timestamp(rfc3339: "\(year)-\(rest.prefix(2))-\(rest.suffix(2))T00:00:00Z") else {
                return nil
            }
            self.init(of: time)
        }
    }
#endif
