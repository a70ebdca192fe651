#if PostgreSQL
    import AgentCore
    import EventModel
    import Platform

    /// The database of a `postgres` sink: connects, migrates, keeps partitions, stores batches. Every call blocks.
    ///
    /// Owned by `PostgresSink`. After an error the connection is let go, unless only the batch was refused.
    struct PostgresStore {
        private let configuration: PostgresConfiguration
        private let schema: PostgresSchema
        private let clock: AgentClock
        private let secrets: SecretStore
        private let wakeUp: Readiness
        private var connection: PostgresConnection?
        private var partitions: PostgresPartitions
        private var rows: PostgresRows
        /// The host that took the last connection.
        private var preferred = 0

        init(_ configuration: PostgresConfiguration, in context: SinkContext, wakeUp: Readiness) {
            (self.configuration, self.wakeUp) = (configuration, wakeUp)
            (clock, secrets) = (context.clock, context.secrets)
            schema = PostgresSchema(name: configuration.schema)
            partitions = PostgresPartitions(retention: configuration.retention)
            rows = PostgresRows(journal: context.journal)
        }

        /// Stores entries in one transaction: all that can be stored, or none and an error.
        mutating func store(_ entries: [Entry]) throws(DeliveryError) {
            let deadline = ContinuousClock.now + configuration.timeout
            rows.encode(entries, since: partitions.oldest(at: clock.now())?.start)
            do throws(PostgresError) {
                if rows.count > 0 { try storeRows(before: deadline) }
            } catch {
                throw abandon(error)
            }
            if !rows.rejected.isEmpty { throw .partial(rejected: rows.rejected) }
        }

        /// Closes the connection.
        mutating func close() {
            connection = nil
        }

        private mutating func storeRows(before deadline: ContinuousClock.Instant) throws(PostgresError) {
            let connection = try connected(before: deadline)
            try keepPartitions(on: connection)
            try connection.copy("BEGIN; \(PostgresSchema.copy)", rows.bytes)
            try connection.run("\(schema.insert); COMMIT")
        }

        /// Ends what is under way, and says what an error means.
        private mutating func abandon(_ error: PostgresError) -> DeliveryError {
            let answer = error.deliveryError
            var isUsable = false
            if case .refused = answer, !error.isConnectionLost, let connection {
                isUsable = (try? connection.run("ROLLBACK")) != nil
            }
            if !isUsable {
                connection = nil
                partitions.forget()
            }
            return answer
        }

        // MARK: Connecting

        private mutating func connected(before deadline: ContinuousClock.Instant) throws(PostgresError)
            -> PostgresConnection
        {
            if let connection {
                connection.deadline = deadline
                return connection
            }
            var failure: PostgresError?
            for turn in configuration.hosts.indices {
                let place = (preferred + turn) % configuration.hosts.count
                do throws(PostgresError) {
                    let opened = try open(configuration.hosts[place], before: deadline)
                    (connection, preferred) = (opened, place)
                    return opened
                } catch {
                    // A host that may be back soon says more than one that waits for a person.
                    if case .held = error.deliveryError, failure != nil { continue }
                    failure = error
                    if error == .cancelled { break }
                }
            }
            throw failure ?? PostgresError(state: "", message: "no host is configured", isHeld: true)
        }

        private func open(
            _ host: PostgresConfiguration.Host, before deadline: ContinuousClock.Instant
        ) throws(PostgresError) -> PostgresConnection {
            let share = configuration.timeout / configuration.hosts.count
            let opened = try PostgresConnection(
                try parameters(for: host), deadline: min(deadline, ContinuousClock.now + share), wakeUp: wakeUp,
                isCancelled: { Task.isCancelled })
            opened.deadline = deadline
            try opened.run(settings)
            try migrate(opened)
            try opened.run(schema.makeStaging)
            return opened
        }

        private func parameters(for host: PostgresConfiguration.Host) throws(PostgresError) -> [(String, String)] {
            var parameters = [
                ("host", host.name), ("port", "\(host.port)"), ("dbname", configuration.database),
                ("user", configuration.userName), ("application_name", "guestwatch"), ("client_encoding", "UTF8"),
                ("target_session_attrs", "read-write"),
            ]
            parameters += configuration.tls.parameters
            if let reference = configuration.password {
                do throws(SecretError) {
                    parameters.append(("password", try secrets.read(reference)))
                } catch {
                    throw PostgresError(state: "", message: "the password: \(error)", isHeld: true)
                }
            }
            return parameters
        }

        private var settings: String {
            let milliseconds = configuration.timeout / .milliseconds(1)
            // What is acknowledged must survive a crash of the server, whatever its own default is.
            return """
                SET search_path = pg_catalog;
                SET statement_timeout = \(Int64(milliseconds));
                SET idle_in_transaction_session_timeout = \(Int64(milliseconds));
                SELECT set_config('synchronous_commit', 'on', false)
                WHERE current_setting('synchronous_commit') = 'off';
                """
        }

        private func migrate(_ connection: PostgresConnection) throws(PostgresError) {
            let newest = schema.migrations.count
            guard try version(on: connection) != newest else { return }
            if try connection.run(schema.beginMigration).isEmpty { try connection.run(schema.makeSchema) }
            try connection.run(schema.makeVersions)
            let version = try version(on: connection)
            guard version <= newest else {
                let reason = "schema \"\(schema.name)\" has version \(version), this program knows \(newest): update it"
                throw PostgresError(state: "", message: reason, isHeld: true)
            }
            for (number, migration) in schema.migrations.enumerated().dropFirst(version) {
                try connection.run(migration)
                try connection.run(schema.noteVersion(number + 1))
            }
            try connection.run("COMMIT")
        }

        private func version(on connection: PostgresConnection) throws(PostgresError) -> Int {
            do throws(PostgresError) {
                return try connection.run(schema.readVersion).first?.first.flatMap { $0 }.flatMap { Int($0) } ?? 0
            } catch {
                if error.isMissingTable { return 0 }
                throw error
            }
        }

        // MARK: Partitions

        private mutating func keepPartitions(on connection: PostgresConnection) throws(PostgresError) {
            let now = clock.now()
            if partitions.isUpkeepDue(at: now) {
                let names = try connection.run(schema.listPartitions).compactMap { $0.first.flatMap { $0 } }
                for name in partitions.found(names, at: now) { try change(schema.dropPartition(name), on: connection) }
                if let oldest = partitions.oldest(at: now) { try connection.run(schema.trimOthers(before: oldest)) }
            }
            for day in partitions.missing(for: rows.days, at: now) {
                if try change(schema.makePartition(day), on: connection) {
                    partitions.made(day)
                } else {
                    partitions.failed(day)
                }
            }
        }

        /// Makes one change of partitions; false when somebody holds the table, or another agent made the same change.
        @discardableResult
        private func change(_ statements: String, on connection: PostgresConnection) throws(PostgresError) -> Bool {
            do throws(PostgresError) {
                try connection.run(schema.beginUpkeep)
                try connection.run(statements)
                return true
            } catch {
                guard error.isLock || error.isDuplicate, !error.isConnectionLost else { throw error }
                try connection.run("ROLLBACK")
                return error.isDuplicate
            }
        }
    }
#endif
