package import AgentCore
import Platform

/// Stores each event once in an SQLite database that others can query while it is written.
///
/// A delivery is one transaction, on the disk (`synchronous=FULL`) when `deliver` returns; (source, id) is unique, and
/// what is there already stays as it is, so a repeat changes nothing, also after a restart and from another journal.
/// What retention has removed is not remembered: were it delivered again it would be stored again, unless it is older
/// than `age`. The database is in WAL mode: readers never hold up a delivery. A file moved or removed by others is
/// noticed before each delivery, and a new one begun.
///
/// Works on a thread of its own; a delivery waits at most `busyTimeout` for others who write to the file.
package actor SQLiteSink: Sink {
    package typealias Configuration = SQLiteConfiguration
    package static let kind = "sqlite"

    private nonisolated let executor: ThreadExecutor
    private var store: SQLiteStore

    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    package init(_ configuration: SQLiteConfiguration, in context: SinkContext) {
        executor = ThreadExecutor(name: "sink-\(context.name)")
        store = SQLiteStore(configuration, in: context)
    }

    deinit {
        executor.stop()
    }

    package func deliver(_ entries: [Entry]) throws(DeliveryError) {
        try store.store(entries)
    }

    package func stop() async {
        store.close()
        executor.stop()
    }
}
