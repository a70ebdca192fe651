import AgentCore
import EventModel
import Pipeline

/// All metrics there are, with what they are now. `MetricFamily.groups` lists them.
enum MetricsPage {
    /// Looks at the pipeline and writes it down.
    static func make(of api: API, as format: MetricsFormat) async -> [UInt8] {
        let sight = await api.sight()
        var text = MetricsText(format)
        text.gauges(AgentMetrics.build, [([api.context.version], 1)])
        text.gauge(AgentMetrics.start, seconds(await api.events.startedAt))
        text.gauge(AgentMetrics.ready, sight.reasons.isEmpty ? 1 : 0)
        text.gauge(AgentMetrics.tracking, api.events.isTracking ? 1 : 0)
        text.counters(AgentMetrics.unannounced, [([], UInt64(clamping: sight.status.unannounced))])
        writeJournal(sight, to: &text)
        writeCollectors(sight, to: &text)
        writeSinkCounters(sight, to: &text)
        writeSinks(sight, to: &text)
        writeReaders(api, to: &text)
        return text.finish()
    }

    private static func writeJournal(_ sight: AgentSight, to text: inout MetricsText) {
        guard let journal = sight.status.journal else { return }
        text.gauge(JournalMetrics.entries, Double(journal.count))
        text.gauge(JournalMetrics.size, Double(journal.bytes))
        text.gauge(JournalMetrics.lowest, Double(journal.lowest))
        text.gauge(JournalMetrics.highest, Double(journal.head))
        text.gauge(JournalMetrics.deadLetters, Double(journal.deadLetters))
        text.counters(JournalMetrics.dropped, [([], UInt64(clamping: journal.dropped))])
    }

    private static func writeCollectors(_ sight: AgentSight, to text: inout MetricsText) {
        let all = sight.status.collectors
        func counters(_ family: MetricFamily, _ value: (CollectorStatus) -> Int) {
            text.counters(family, all.map { ([$0.name, $0.kind], UInt64(clamping: value($0))) })
        }
        func gauges(_ family: MetricFamily, _ value: (CollectorStatus) -> Double) {
            text.gauges(family, all.map { ([$0.name, $0.kind], value($0)) })
        }
        counters(CollectorMetrics.polls, \.polls)
        counters(CollectorMetrics.events, \.events)
        counters(CollectorMetrics.repeated, \.repeated)
        counters(CollectorMetrics.filtered, \.filtered)
        gauges(CollectorMetrics.failedAttempts) { Double($0.attempts) }
        gauges(CollectorMetrics.suspended) { $0.state == .suspended ? 1 : 0 }
        gauges(CollectorMetrics.stuck) { sight.stuckSince(.collector($0.name)) == nil ? 0 : 1 }
        gauges(CollectorMetrics.lastCommit) { $0.lastCommit.map(seconds) ?? 0 }
    }

    /// The terms of the conservation equation: committed = acknowledged + waiting + filtered + dead-lettered + dropped.
    private static func writeSinkCounters(_ sight: AgentSight, to text: inout MetricsText) {
        let all = sight.status.sinks
        func counters(_ family: MetricFamily, _ value: (SinkStatus) -> UInt64) {
            text.counters(family, all.map { ([$0.name, $0.kind], value($0)) })
        }
        counters(SinkMetrics.committed) { $0.committed }
        counters(SinkMetrics.acknowledged) { UInt64(clamping: $0.delivered) }
        counters(SinkMetrics.filtered) { UInt64(clamping: $0.filtered + $0.expired) }
        counters(SinkMetrics.deadLettered) { UInt64(clamping: $0.deadLetters) }
        counters(SinkMetrics.dropped) { $0.dropped }
        text.gauges(SinkMetrics.waiting, all.map { ([$0.name, $0.kind], Double($0.waiting)) })
    }

    private static func writeSinks(_ sight: AgentSight, to text: inout MetricsText) {
        let all = sight.status.sinks
        func gauges(_ family: MetricFamily, _ value: (SinkStatus) -> Double) {
            text.gauges(family, all.map { ([$0.name, $0.kind], value($0)) })
        }
        gauges(SinkMetrics.lag) { Double($0.lag) }
        gauges(SinkMetrics.cursor) { Double($0.cursor) }
        gauges(SinkMetrics.conserved) { $0.isConserved ? 1 : 0 }
        gauges(SinkMetrics.failedAttempts) { Double($0.attempts) }
        gauges(SinkMetrics.suspended) { $0.state == .suspended ? 1 : 0 }
        gauges(SinkMetrics.stuck) { sight.stuckSince(.sink($0.name)) == nil ? 0 : 1 }
        let measured = all.filter { !$0.latency.counts.isEmpty }
        text.histograms(
            SinkMetrics.latency, bounds: DeliveryLatency.bounds,
            measured.map { ([$0.name, $0.kind], $0.latency.counts, $0.latency.sum) })
    }

    private static func writeReaders(_ api: API, to text: inout MetricsText) {
        let subscribers = api.events.subscriberList
        text.counters(
            ReaderMetrics.delivered, subscribers.map { ([$0.name], UInt64(clamping: $0.counts.delivered)) })
        text.counters(ReaderMetrics.dropped, subscribers.map { ([$0.name], UInt64(clamping: $0.counts.dropped)) })
        text.gauges(ReaderMetrics.lag, subscribers.map { ([$0.name], Double($0.lag)) })
        text.gauge(ReaderMetrics.streams, Double(api.events.streamList.count))
        var states: [GuestWord: Int] = [:]
        for guest in api.guests.now.view.guests.values { states[guest.state, default: 0] += 1 }
        text.gauges(ReaderMetrics.guests, GuestWord.allCases.map { ([$0.rawValue], Double(states[$0] ?? 0)) })
    }

    private static func seconds(_ time: Timestamp) -> Double {
        Double(time.nanoseconds) / 1e9
    }
}
