import AgentCore
import EventModel
import Pipeline

/// All metrics there are. Docs/API.md lists them.
enum MetricsPage {
    private typealias Labels = MetricsText.Labels

    /// Looks at the pipeline and writes it down.
    static func make(of api: API, as format: MetricsFormat) async -> [UInt8] {
        let sight = await api.sight()
        var text = MetricsText(format)
        text.gauges(
            "guestwatch_build_info", "The version that runs.", [([("version", api.context.version)], 1)])
        text.gauge(
            "guestwatch_start_time_seconds", "When the pipeline was started, in seconds since 1970.",
            seconds(await api.events.startedAt))
        text.gauge("guestwatch_ready", "1 when the agent does its work.", sight.reasons.isEmpty ? 1 : 0)
        text.gauge("guestwatch_tracking", "1 while events are recorded.", api.events.isTracking ? 1 : 0)
        text.counters(
            "guestwatch_unannounced_events", "Events of the agent about itself that the journal did not take.",
            [([], UInt64(clamping: sight.status.unannounced))])
        writeJournal(sight, to: &text)
        writeCollectors(sight, to: &text)
        writeSinkCounters(sight, to: &text)
        writeSinks(sight, to: &text)
        writeReaders(api, to: &text)
        return text.finish()
    }

    private static func writeJournal(_ sight: AgentSight, to text: inout MetricsText) {
        guard let journal = sight.status.journal else { return }
        text.gauge("guestwatch_journal_entries", "Entries held.", Double(journal.count))
        text.gauge("guestwatch_journal_size_bytes", "Bytes of events held.", Double(journal.bytes))
        text.gauge("guestwatch_journal_lowest_sequence", "The oldest sequence held.", Double(journal.lowest))
        text.gauge("guestwatch_journal_highest_sequence", "The newest sequence ever given.", Double(journal.head))
        text.gauge("guestwatch_journal_dead_letters", "Dead letters kept.", Double(journal.deadLetters))
        text.counters(
            "guestwatch_journal_dropped_entries", "Entries let go before every sink had acknowledged them.",
            [([], UInt64(clamping: journal.dropped))])
    }

    private static func writeCollectors(_ sight: AgentSight, to text: inout MetricsText) {
        let all = sight.status.collectors
        let labels = all.map { [("collector", $0.name), ("kind", $0.kind)] as Labels }
        func counters(_ noun: String, _ help: String, _ value: (CollectorStatus) -> Int) {
            text.counters(
                "guestwatch_collector_\(noun)", help, zip(labels, all).map { ($0, UInt64(clamping: value($1))) })
        }
        func gauges(_ noun: String, _ help: String, _ value: (CollectorStatus) -> Double) {
            text.gauges("guestwatch_collector_\(noun)", help, zip(labels, all).map { ($0, value($1)) })
        }
        counters("polls", "Polls that brought a batch.", \.polls)
        counters("events", "Events committed that were news.", \.events)
        counters("repeated_events", "Events the journal held already.", \.repeated)
        counters("filtered_events", "Events left out by configuration.", \.filtered)
        gauges("failed_attempts", "Failed attempts since the last success.") { Double($0.attempts) }
        gauges("suspended", "1 while it is held by command.") { $0.state == .suspended ? 1 : 0 }
        gauges("stuck", "1 while it makes no progress though it should.") {
            sight.stuckSince(.collector($0.name)) == nil ? 0 : 1
        }
        gauges("last_commit_time_seconds", "When it last committed, in seconds since 1970; 0 before.") {
            $0.lastCommit.map(seconds) ?? 0
        }
    }

    /// The terms of the conservation equation: committed = acknowledged + waiting + filtered + dead-lettered + dropped.
    private static func writeSinkCounters(_ sight: AgentSight, to text: inout MetricsText) {
        let all = sight.status.sinks
        let labels = all.map { [("sink", $0.name), ("kind", $0.kind)] as Labels }
        func counters(_ noun: String, _ help: String, _ value: (SinkStatus) -> UInt64) {
            text.counters("guestwatch_sink_\(noun)_entries", help, zip(labels, all).map { ($0, value($1)) })
        }
        counters("committed", "Entries there were for the sink; the sum of the five others and those that wait.") {
            $0.committed
        }
        counters("acknowledged", "Entries the destination took.") { UInt64(clamping: $0.delivered) }
        counters("filtered", "Entries left out on purpose, expired ones with them.") {
            UInt64(clamping: $0.filtered + $0.expired)
        }
        counters("dead_lettered", "Entries refused for good.") { UInt64(clamping: $0.deadLetters) }
        counters("dropped", "Entries lost.") { $0.dropped }
        text.gauges(
            "guestwatch_sink_waiting_entries", "Entries not done with yet.",
            zip(labels, all).map { ($0, Double($1.waiting)) })
    }

    private static func writeSinks(_ sight: AgentSight, to text: inout MetricsText) {
        let all = sight.status.sinks
        let labels = all.map { [("sink", $0.name), ("kind", $0.kind)] as Labels }
        func gauges(_ noun: String, _ help: String, _ value: (SinkStatus) -> Double) {
            text.gauges("guestwatch_sink_\(noun)", help, zip(labels, all).map { ($0, value($1)) })
        }
        gauges("lag_entries", "Entries between the cursor and the newest.") { Double($0.lag) }
        gauges("cursor_sequence", "The last sequence acknowledged.") { Double($0.cursor) }
        gauges("conserved", "1 while every entry is accounted for.") { $0.isConserved ? 1 : 0 }
        gauges("failed_attempts", "Failed attempts since the last success.") { Double($0.attempts) }
        gauges("suspended", "1 while it is held by command.") { $0.state == .suspended ? 1 : 0 }
        gauges("stuck", "1 while it makes no progress though it should.") {
            sight.stuckSince(.sink($0.name)) == nil ? 0 : 1
        }
        let measured = zip(labels, all).filter { !$1.latency.counts.isEmpty }
        text.histograms(
            "guestwatch_sink_delivery_latency_seconds", "From the event's own time to the destination's answer.",
            bounds: DeliveryLatency.bounds, measured.map { ($0, $1.latency.counts, $1.latency.sum) })
    }

    private static func writeReaders(_ api: API, to text: inout MetricsText) {
        let subscribers = api.events.subscriberList
        let labels = subscribers.map { [("subscriber", $0.name)] as Labels }
        text.counters(
            "guestwatch_subscriber_delivered_entries", "Entries handed out.",
            zip(labels, subscribers).map { ($0, UInt64(clamping: $1.counts.delivered)) })
        text.counters(
            "guestwatch_subscriber_dropped_entries", "Entries lost: a full queue, or let go by the journal.",
            zip(labels, subscribers).map { ($0, UInt64(clamping: $1.counts.dropped)) })
        text.gauges(
            "guestwatch_subscriber_lag_entries", "Entries between its cursor and the newest.",
            zip(labels, subscribers).map { ($0, Double($1.lag)) })
        text.gauge("guestwatch_streams", "Streams that read live.", Double(api.events.streamList.count))
        var states: [GuestWord: Int] = [:]
        for guest in api.guests.now.view.guests.values { states[guest.state, default: 0] += 1 }
        text.gauges(
            "guestwatch_guests", "Guests known, by state.",
            GuestWord.allCases.map { ([("state", $0.rawValue)], Double(states[$0] ?? 0)) })
    }

    private static func seconds(_ time: Timestamp) -> Double {
        Double(time.nanoseconds) / 1e9
    }
}
