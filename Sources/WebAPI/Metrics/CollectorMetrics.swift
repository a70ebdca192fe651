/// Metrics of each collector.
enum CollectorMetrics {
    private static let labels = ["collector", "kind"]

    static let polls = MetricFamily.counter("collector_polls", "Polls that brought a batch.", labels: labels)
    static let events = MetricFamily.counter("collector_events", "Events committed that were news.", labels: labels)
    static let repeated = MetricFamily.counter(
        "collector_repeated_events", "Events the journal held already.", labels: labels)
    static let filtered = MetricFamily.counter(
        "collector_filtered_events", "Events left out by configuration.", labels: labels)
    static let failedAttempts = MetricFamily.gauge(
        "collector_failed_attempts", "Failed attempts since the last success.", labels: labels)
    static let suspended = MetricFamily.gauge("collector_suspended", "1 while it is held by command.", labels: labels)
    static let stuck = MetricFamily.gauge(
        "collector_stuck", "1 while it makes no progress though it should.", labels: labels)
    static let lastCommit = MetricFamily.gauge(
        "collector_last_commit_time_seconds", "When it last committed, in seconds since 1970; 0 before.", labels: labels
    )

    static let all = [polls, events, repeated, filtered, failedAttempts, suspended, stuck, lastCommit]
}
