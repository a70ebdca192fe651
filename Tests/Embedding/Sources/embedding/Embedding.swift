import AgentCore
import EventModel
import Journals
import Logging
import Pipeline

/// Embeds the event manager with a collector and a sink of its own, and ends when the collector has nothing more.
@main
struct Embedding {
    static func main() async throws {
        let clock = AgentClock.system
        let manager = EventManager(
            journal: MemoryJournal(.init(), policy: RetentionPolicy(), clock: clock), collectors: [],
            sinks: [NamedSink(name: "out", filter: EventFilter(), sink: PrintingSink())],
            log: Logger(label: "embedding") { _ in SwiftLogNoOpLogHandler() },
            settings: PipelineSettings(announcesItself: false))
        try await manager.start()
        let limits = PublishLimits(rules: [.init(types: [.all], every: .seconds(15))], messageBytes: 1024)
        try await manager.register(
            NamedCollector(
                name: "scheduler", limits: limits,
                collector: SchedulerCollector(.init(source: "scheduler://one"), clock: clock)))
        await manager.finished()
        let status = await manager.status()
        print("\(status.collectors[0].events) events, \(status.collectors[0].filtered) filtered")
        await manager.stop()
    }
}
