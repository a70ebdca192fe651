#if PostgreSQL
    import CPostgres
    import Glibc
    import Platform

    /// A connection to PostgreSQL, used by one thread at a time: the only file that knows libpq's C API.
    ///
    /// libpq never blocks here: every wait is for its socket, until `deadline` or until the wake-up is rung. After an
    /// error that leaves the connection in doubt it is let go; the server rolls back what was not committed.
    final class PostgresConnection {
        // SAFETY: the handle comes from PQconnectStartParams and is given back once, in deinit. Not Sendable: the
        // compiler keeps it within the actor that made it. Results are cleared once; strings are copied while their
        // result lives.
        private let handle: OpaquePointer
        private let wakeUp: Readiness
        private let socketToken: UInt64 = 0
        /// When a wait ends with `timedOut`.
        var deadline: ContinuousClock.Instant
        /// Asked after each wake-up.
        private let isCancelled: () -> Bool

        /// COPY hands over as much at once; libpq keeps it until the socket takes it.
        private static let pieceBytes = 64 << 10

        /// Connects, by libpq's own keywords (`host`, `user`, …). `wakeUp` ends a wait early, when `isCancelled` says
        /// so.
        init(
            _ parameters: [(String, String)], deadline: ContinuousClock.Instant, wakeUp: Readiness,
            isCancelled: @escaping () -> Bool
        ) throws(PostgresError) {
            let keywords = parameters.map { strdup($0.0) }
            let values = parameters.map { strdup($0.1) }
            defer { for text in keywords + values { free(text) } }
            // SAFETY: both lists end with nil and live through the call, which copies what it needs.
            let started = (keywords + [nil]).map { UnsafePointer($0) }.withUnsafeBufferPointer { keywords in
                (values + [nil]).map { UnsafePointer($0) }.withUnsafeBufferPointer { values in
                    PQconnectStartParams(keywords.baseAddress, values.baseAddress, 0)
                }
            }
            guard let started else {
                throw PostgresError(state: "53200", message: "out of memory", isConnectionLost: true)
            }
            handle = started
            (self.deadline, self.wakeUp, self.isCancelled) = (deadline, wakeUp, isCancelled)
            PQsetErrorVerbosity(handle, PQERRORS_VERBOSE)
            try connect()
            PQsetErrorVerbosity(handle, PQERRORS_DEFAULT)
            PQsetnonblocking(handle, 1)
            PQsetNoticeProcessor(handle, Self.ignoreNotice, nil)
        }

        deinit {
            PQfinish(handle)
        }

        private static let ignoreNotice:
            @convention(c) @Sendable (UnsafeMutableRawPointer?, UnsafePointer<CChar>?) -> Void =
                { _, _ in }

        private func connect() throws(PostgresError) {
            guard PQstatus(handle) != CONNECTION_BAD else { throw PostgresError(connecting: errorText) }
            var interest = Readiness.Interest.writable
            while true {
                try wait(for: interest, "connect")
                switch PQconnectPoll(handle) {
                case PGRES_POLLING_OK: return
                case PGRES_POLLING_READING: interest = .readable
                case PGRES_POLLING_WRITING: interest = .writable
                default: throw PostgresError(connecting: errorText)
                }
            }
        }

        // MARK: Statements

        /// Runs statements; gives the rows of the last one, as text.
        @discardableResult
        func run(_ sql: String) throws(PostgresError) -> [[String?]] {
            guard PQsendQuery(handle, sql) == 1 else { throw lost() }
            try flush("send a statement")
            var rows: [[String?]] = []
            var failure: PostgresError?
            while let result = try nextResult("run a statement") {
                switch PQresultStatus(result) {
                case PGRES_COMMAND_OK, PGRES_EMPTY_QUERY: break
                case PGRES_TUPLES_OK: rows = Self.rows(of: result)
                default: failure = failure ?? error(of: result)
                }
                PQclear(result)
            }
            if let failure { throw failure }
            return rows
        }

        /// Runs statements of which the last is a `COPY … FROM STDIN` with these bytes.
        func copy(_ sql: String, _ bytes: [UInt8]) throws(PostgresError) {
            guard PQsendQuery(handle, sql) == 1 else { throw lost() }
            try flush("begin a COPY")
            // What stands before the COPY answers before it.
            var failure: PostgresError?
            while let result = try nextResult("begin a COPY") {
                let status = PQresultStatus(result)
                if status != PGRES_COPY_IN, status != PGRES_COMMAND_OK { failure = failure ?? error(of: result) }
                PQclear(result)
                if status == PGRES_COPY_IN { return try send(bytes) }
            }
            throw failure ?? lost()
        }

        private func send(_ bytes: [UInt8]) throws(PostgresError) {
            var start = 0
            while start < bytes.count {
                let end = min(start + Self.pieceBytes, bytes.count)
                // SAFETY: libpq copies the bytes it is lent.
                let status = bytes[start..<end].withUnsafeBytes {
                    PQputCopyData(handle, $0.baseAddress?.assumingMemoryBound(to: CChar.self), Int32($0.count))
                }
                guard status >= 0 else { throw lost() }
                if status == 1 { start = end }
                try flush("COPY")
            }
            guard PQputCopyEnd(handle, nil) == 1 else { throw lost() }
            try flush("COPY")
            var failure: PostgresError?
            while let result = try nextResult("end a COPY") {
                let status = PQresultStatus(result)
                if status != PGRES_COMMAND_OK, status != PGRES_TUPLES_OK { failure = failure ?? error(of: result) }
                PQclear(result)
            }
            if let failure { throw failure }
        }

        // MARK: Waiting

        private func nextResult(_ attempt: String) throws(PostgresError) -> OpaquePointer? {
            while PQisBusy(handle) == 1 {
                try wait(for: .readable, attempt)
                guard PQconsumeInput(handle) == 1 else { throw lost() }
            }
            return PQgetResult(handle)
        }

        private func flush(_ attempt: String) throws(PostgresError) {
            while true {
                switch PQflush(handle) {
                case 0: return
                case 1: break
                default: throw lost()
                }
                // The server may speak first: what it says has to be taken, or both wait for each other.
                let ready = try wait(for: [.readable, .writable], attempt)
                if ready.contains(.readable), PQconsumeInput(handle) != 1 { throw lost() }
            }
        }

        /// Blocks until the socket is ready.
        @discardableResult
        private func wait(for interest: Readiness.Interest, _ attempt: String) throws(PostgresError)
            -> Readiness.Interest
        {
            let socket = PQsocket(handle)
            do {
                try wakeUp.add(socket, for: interest, token: socketToken)
                defer { wakeUp.remove(socket) }
                while true {
                    if isCancelled() { throw PostgresError.cancelled }
                    let left = deadline - ContinuousClock.now
                    guard left > .zero else { throw PostgresError.timedOut(attempt) }
                    if let ready = try wakeUp.wait(upTo: left).first { return ready.what }
                }
            } catch let error as PostgresError {
                throw error
            } catch {
                throw PostgresError(state: "", message: "\(error)", isConnectionLost: true)
            }
        }

        // MARK: Answers

        private var errorText: String {
            PQerrorMessage(handle).map { String(cString: $0) }?.trimmed ?? ""
        }

        private func lost() -> PostgresError {
            PostgresError(state: "", message: "the connection broke: \(errorText)", isConnectionLost: true)
        }

        private func error(of result: OpaquePointer) -> PostgresError {
            let state = PQresultErrorField(result, Int32(UInt8(ascii: "C"))).map { String(cString: $0) } ?? ""
            let primary = PQresultErrorField(result, Int32(UInt8(ascii: "M"))).map { String(cString: $0) }
            let detail = PQresultErrorField(result, Int32(UInt8(ascii: "D"))).map { String(cString: $0) }
            let text = primary ?? PQresultErrorMessage(result).map { String(cString: $0) }?.trimmed ?? ""
            return PostgresError(
                state: state, message: detail.map { "\(text): \($0)" } ?? text,
                isConnectionLost: PQstatus(handle) == CONNECTION_BAD)
        }

        private static func rows(of result: OpaquePointer) -> [[String?]] {
            (0..<PQntuples(result)).map { row in
                (0..<PQnfields(result)).map { column in
                    guard PQgetisnull(result, row, column) == 0, let text = PQgetvalue(result, row, column) else {
                        return nil
                    }
                    return String(cString: text)
                }
            }
        }
    }

    extension String {
        fileprivate var trimmed: String {
            var text = self[...]
            while text.last?.isWhitespace == true { text.removeLast() }
            return String(text)
        }
    }
#endif
