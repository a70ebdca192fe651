#if PostgreSQL
    package import AgentCore
    package import EventModel

    /// Entries as rows of PostgreSQL's binary COPY: nothing is escaped here, and no number or time is read from text
    /// there.
    ///
    /// The columns, in this order: time, source, id, journal, sequence, type, severity, subject, guest_name,
    /// guest_host, event. One buffer, used again for every batch.
    package struct PostgresRows {
        /// A buffer that grew beyond this is given back after its batch.
        private static let keptBytes = 1 << 20
        /// Room for what a row has beside the event's JSON.
        private static let columnBytes = 400
        private static let columnCount: Int16 = 11
        /// 2000-01-01T00:00:00Z, where PostgreSQL's time begins, in microseconds since 1970.
        private static let epoch: Int64 = 946_684_800_000_000
        /// `PGCOPY`, bytes that show what was damaged on the way, no flags, no extension.
        private static let header: [UInt8] =
            Array("PGCOPY\n".utf8) + [0xFF, 0x0D, 0x0A, 0x00] + [0, 0, 0, 0] + [0, 0, 0, 0]
        private static let trailer: [UInt8] = [0xFF, 0xFF]

        /// The batch as the server takes it.
        package private(set) var bytes: [UInt8] = []
        /// How many rows it has.
        private(set) var count = 0
        /// The days the rows belong to, counted from 1970-01-01.
        private(set) var days: Set<Int64> = []
        /// Entries that can never be stored: reason by sequence.
        private(set) var rejected: [UInt64: String] = [:]
        private let journal: ArraySlice<UInt8>

        /// Rows for entries of one journal instance.
        package init(journal: String) {
            self.journal = Array(journal.utf8)[...]
        }

        /// Replaces the rows by those of `entries` that happened at `oldest` or later.
        package mutating func encode(_ entries: [Entry], since oldest: Timestamp?) {
            bytes.removeAll(keepingCapacity: bytes.capacity <= Self.keptBytes)
            bytes.reserveCapacity(entries.reduce(64) { $0 + $1.body.count + Self.columnBytes })
            (count, days, rejected) = (0, [], [:])
            bytes += Self.header
            for entry in entries { append(entry, since: oldest) }
            bytes += Self.trailer
        }

        private mutating func append(_ entry: Entry, since oldest: Timestamp?) {
            guard let columns = EventColumns(entry) else {
                rejected[entry.sequence] = EventColumns.missing
                return
            }
            // Another character in its place would make two events of different names one.
            guard !columns.id.contains(0), !columns.source.contains(0) else {
                rejected[entry.sequence] =
                    "the event's id or source has a zero character, which PostgreSQL cannot store"
                return
            }
            if let oldest, columns.time < oldest { return }
            days.insert(PostgresDay(of: columns.time).number)
            count += 1
            bytes.appendBigEndian(Self.columnCount)
            appendInteger(columns.time.nanoseconds.dividedDown(by: 1000) - Self.epoch)
            appendText(columns.source)
            appendText(columns.id)
            appendText(journal)
            appendInteger(Int64(bitPattern: entry.sequence))
            appendText(entry.type.rawValue)
            appendText(entry.severity.rawValue)
            appendHarmless(columns.subject)
            appendHarmless(columns.guestName)
            appendHarmless(columns.guestHost)
            appendEvent(entry.body)
        }

        private mutating func appendInteger(_ value: Int64) {
            bytes.appendBigEndian(Int32(8))
            bytes.appendBigEndian(value)
        }

        private mutating func appendText(_ text: ArraySlice<UInt8>) {
            bytes.appendBigEndian(Int32(truncatingIfNeeded: text.count))
            bytes += text
        }

        private mutating func appendText(_ text: String) {
            bytes.appendBigEndian(Int32(truncatingIfNeeded: text.utf8.count))
            bytes += text.utf8
        }

        private mutating func appendHarmless(_ text: ArraySlice<UInt8>?) {
            guard let text else { return bytes.appendBigEndian(Int32(-1)) }
            guard text.contains(0) else { return appendText(text) }
            appendText(String(decoding: text, as: UTF8.self).replacing("\0", with: "\u{FFFD}"))
        }

        /// The version of jsonb's binary form is 1: JSON text follows.
        private mutating func appendEvent(_ body: ArraySlice<UInt8>) {
            let body = ZeroEscapes.replaced(in: body)
            bytes.appendBigEndian(Int32(truncatingIfNeeded: body.count + 1))
            bytes.append(1)
            bytes += body
        }
    }

    extension [UInt8] {
        fileprivate mutating func appendBigEndian<Value: FixedWidthInteger>(_ value: Value) {
            var shift = Value.bitWidth
            while shift > 0 {
                shift -= 8
                append(UInt8(truncatingIfNeeded: value >> Value(shift)))
            }
        }
    }
#endif
