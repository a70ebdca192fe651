#if PostgreSQL
    package import AgentCore
    import Platform

    /// Stores each event once in a table of PostgreSQL that has a partition for each day.
    ///
    /// The sink makes and migrates its schema: the table `events` with the primary key (source, id, time), an advisory
    /// lock for agents that start at once. A batch is copied (binary COPY) into a temporary table and inserted from
    /// there, where what is there already is left out, in one transaction: when `deliver` returns all of it is
    /// committed, after an error none is, and after a lost answer the repeat changes nothing. PostgreSQL wants the
    /// partition's key, the time, in a unique index; (source, id) stays unique all the same, because an entry's bytes,
    /// its time among them, are the same whenever it comes again. A source that gives an event another time under the
    /// same id makes two rows.
    ///
    /// jsonb has no zero character: `\u0000` is stored as U+FFFD, in the columns too; an id or source that holds one is
    /// refused. Other values jsonb has no room for (SQLSTATE 22…) refuse the batch, which comes again in halves.
    ///
    /// Works on a thread of its own; a delivery ends within the configured timeout, and when it is cancelled. Only the
    /// lookup of a host's name is left to the system's own limits.
    package actor PostgresSink: Sink {
        package typealias Configuration = PostgresConfiguration
        package static let kind = "postgres"

        private nonisolated let executor: ThreadExecutor
        private nonisolated let wakeUp: Readiness
        private var store: PostgresStore

        package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

        package init(_ configuration: PostgresConfiguration, in context: SinkContext) throws {
            executor = ThreadExecutor(name: "sink-\(context.name)")
            wakeUp = try Readiness()
            store = PostgresStore(configuration, in: context, wakeUp: wakeUp)
        }

        deinit {
            executor.stop()
        }

        package func deliver(_ entries: [Entry]) async throws(DeliveryError) {
            let wakeUp = wakeUp
            let outcome = await withTaskCancellationHandler {
                attempt(entries)
            } onCancel: {
                wakeUp.wake()
            }
            try outcome.get()
        }

        package func stop() async {
            store.close()
            executor.stop()
        }

        private func attempt(_ entries: [Entry]) -> Result<Void, DeliveryError> {
            Result { () throws(DeliveryError) in try store.store(entries) }
        }
    }
#endif
