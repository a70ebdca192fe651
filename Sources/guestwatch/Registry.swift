import Collectors
import Journals
import Sinks

/// Every plugin there is, as a table of contents: a new one is a folder and a line here.
enum Registry {
    static let journals: [Plugin<JournalEntry>] = [
        Plugin(SQLiteJournal.self),
        Plugin(MemoryJournal.self),
    ]

    static let collectors: [Plugin<CollectorEntry>] = {
        var collectors = anywhere
        #if NATS
            collectors.append(Plugin(NATSCollector.self))
        #endif
        return collectors
    }()

    private static let anywhere: [Plugin<CollectorEntry>] = [
        Plugin(VSphereEventsCollector.self),
        Plugin(ContainersCollector.self),
        Plugin(QEMUCollector.self),
        Plugin(DockerCollector.self),
        Plugin(PodmanCollector.self),
        Plugin(LXCMonitorCollector.self),
        Plugin(OsctldCollector.self),
        Plugin(FileWatchCollector.self),
        Plugin(CommandCollector.self),
        Plugin(ReplayCollector.self),
    ]

    static let sinks: [Plugin<SinkEntry>] = {
        var sinks: [Plugin<SinkEntry>] = [
            Plugin(StdoutSink.self),
            Plugin(FileSink.self),
        ]
        #if NATS
            sinks.append(Plugin(NATSSink.self))
        #endif
        return sinks
    }()

    /// Where agents that share a collector may agree on who is active.
    static let leases: [Plugin<LeaseEntry>] = {
        var leases: [Plugin<LeaseEntry>] = []
        #if NATS
            leases.append(Plugin(NATSLeaseStore.self))
        #endif
        return leases
    }()

    /// Kinds this build lacks, and the package trait that brings each.
    static let absent: [(kind: String, trait: String)] = {
        var absent: [(kind: String, trait: String)] = []
        #if !NATS
            absent.append(("nats", "NATS"))
        #endif
        return absent
    }()
}
