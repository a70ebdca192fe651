/// Metrics of the agent as a whole.
enum AgentMetrics {
    static let build = MetricFamily.gauge("build_info", "1, with the version that runs.", labels: ["version"])
    static let start = MetricFamily.gauge(
        "start_time_seconds", "When the pipeline was started, in seconds since 1970.")
    static let ready = MetricFamily.gauge("ready", "1 while the agent does its work.")
    static let tracking = MetricFamily.gauge("tracking", "1 while events are recorded.")
    static let unannounced = MetricFamily.counter(
        "unannounced_events", "Events of the agent about itself that the journal did not take.")

    static let all = [build, start, ready, tracking, unannounced]
}

/// Metrics of the journal.
enum JournalMetrics {
    static let entries = MetricFamily.gauge("journal_entries", "Entries held.")
    static let size = MetricFamily.gauge("journal_size_bytes", "Bytes of the events held, before compression.")
    static let lowest = MetricFamily.gauge("journal_lowest_sequence", "The oldest sequence held.")
    static let highest = MetricFamily.gauge("journal_highest_sequence", "The newest sequence ever given.")
    static let deadLetters = MetricFamily.gauge("journal_dead_letters", "Dead letters kept.")
    static let dropped = MetricFamily.counter(
        "journal_dropped_entries", "Entries let go before every sink had acknowledged them.")

    static let all = [entries, size, lowest, highest, deadLetters, dropped]
}

/// Metrics of live readers, and of the guests.
enum ReaderMetrics {
    private static let labels = ["subscriber"]

    static let delivered = MetricFamily.counter("subscriber_delivered_entries", "Entries handed out.", labels: labels)
    static let dropped = MetricFamily.counter(
        "subscriber_dropped_entries", "Entries lost: a full queue, or let go by the journal.", labels: labels)
    static let lag = MetricFamily.gauge(
        "subscriber_lag_entries", "Entries between its place and the newest.", labels: labels)
    static let streams = MetricFamily.gauge("streams", "Streams that read live, the view of the guests with them.")
    static let guests = MetricFamily.gauge("guests", "Guests known, by state.", labels: ["state"])

    static let all = [delivered, dropped, lag, streams, guests]
}
