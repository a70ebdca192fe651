import Collectors
import Journals
import Sinks

/// Every plugin there is, as a table of contents: a new one is a folder and a line here.
enum Registry {
    static let journals: [Plugin<JournalEntry>] = [
        Plugin(SQLiteJournal.self),
        Plugin(MemoryJournal.self),
    ]

    static let collectors: [Plugin<CollectorEntry>] =
        [
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
        ] + traitCollectors

    static let sinks: [Plugin<SinkEntry>] =
        [
            Plugin(StdoutSink.self),
            Plugin(FileSink.self),
            Plugin(SQLiteSink.self),
            Plugin(WebhookSink.self),
            Plugin(ElasticsearchSink.self),
            Plugin(SplunkSink.self),
            Plugin(LokiSink.self),
            Plugin(OTLPSink.self),
            Plugin(SyslogSink.self),
            Plugin(EtcdSink.self),
        ] + traitSinks

    /// Where agents that share a collector may agree on who is active.
    static let leases: [Plugin<LeaseEntry>] =
        [
            Plugin(EtcdLeaseStore.self)
        ] + traitLeases
}
