/// Metrics of each sink: the terms of the conservation equation, and how it does.
enum SinkMetrics {
    private static let labels = ["sink", "kind"]

    static let committed = MetricFamily.counter(
        "sink_committed_entries", "Entries there were for it; the sum of the four others and those that wait.",
        labels: labels)
    static let acknowledged = MetricFamily.counter(
        "sink_acknowledged_entries", "Entries the destination took.", labels: labels)
    static let filtered = MetricFamily.counter(
        "sink_filtered_entries", "Entries left out on purpose, expired ones with them.", labels: labels)
    static let deadLettered = MetricFamily.counter(
        "sink_dead_lettered_entries", "Entries refused for good.", labels: labels)
    static let dropped = MetricFamily.counter("sink_dropped_entries", "Entries lost.", labels: labels)
    static let waiting = MetricFamily.gauge("sink_waiting_entries", "Entries not done with yet.", labels: labels)
    static let lag = MetricFamily.gauge(
        "sink_lag_entries", "Entries between the cursor and the newest.", labels: labels)
    static let cursor = MetricFamily.gauge("sink_cursor_sequence", "The last sequence acknowledged.", labels: labels)
    static let conserved = MetricFamily.gauge("sink_conserved", "1 while every entry is accounted for.", labels: labels)
    static let failedAttempts = MetricFamily.gauge(
        "sink_failed_attempts", "Failed attempts since the last success.", labels: labels)
    static let suspended = MetricFamily.gauge("sink_suspended", "1 while it is held by command.", labels: labels)
    static let stuck = MetricFamily.gauge(
        "sink_stuck", "1 while it makes no progress though it should.", labels: labels)
    static let latency = MetricFamily.histogram(
        "sink_delivery_latency_seconds", "From the event's own time to the destination's answer.", labels: labels)

    static let all = [
        committed, acknowledged, filtered, deadLettered, dropped, waiting, lag, cursor, conserved, failedAttempts,
        suspended, stuck, latency,
    ]
}
