#if PostgreSQL
    import EventModel

    /// A day in UTC: what a partition holds.
    struct PostgresDay: Hashable, Comparable {
        private static let nanoseconds: Int64 = 86_400_000_000_000

        /// Days since 1970-01-01.
        var number: Int64

        /// The day that many days after 1970-01-01.
        init(number: Int64) {
            self.number = number
        }

        /// The day a time belongs to.
        init(of time: Timestamp) {
            number = time.nanoseconds.dividedDown(by: Self.nanoseconds)
        }

        /// Its first moment, held at the ends of what a timestamp can say.
        var start: Timestamp {
            let (product, overflow) = number.multipliedReportingOverflow(by: Self.nanoseconds)
            return Timestamp(nanoseconds: overflow ? (number < 0 ? .min : .max) : product)
        }

        /// `2026-11-21`.
        var text: String { String(start.rfc3339.prefix(10)) }

        /// The name of its partition: `events_20261121`.
        var partition: String {
            PostgresSchema.partitionPrefix + text.filter { $0 != "-" }
        }

        /// The day after.
        var next: PostgresDay { PostgresDay(number: number + 1) }

        static func < (left: PostgresDay, right: PostgresDay) -> Bool {
            left.number < right.number
        }
    }

    extension Int64 {
        /// The quotient rounded down, for times before 1970 too.
        func dividedDown(by divisor: Int64) -> Int64 {
            let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
            return remainder < 0 ? quotient - 1 : quotient
        }
    }
#endif
