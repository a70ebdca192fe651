/// What the composition root decides about the pipeline as a whole.
public struct PipelineSettings: Sendable, Hashable {
    /// Names the agent in the source of its own events, `guestwatch://<host>`; the journal's instance where nil.
    public var host: String?
    /// Whether the agent commits events about itself (`agent.started`, `agent.sink-failed`, …). Commands that print
    /// exactly what a fixture holds turn it off.
    public var announcesItself: Bool
    /// The age after which the journal lets entries go; nil: no trim timer runs.
    public var retentionAge: Duration?
    /// How long `stop` may take when nothing else is said: well below the 90 s after which systemd kills.
    public var stopDeadline: Duration
    /// How long a poll under way may go on once the agent stops, at the most a quarter of the deadline; then it is
    /// cancelled, which loses nothing: what it read is read again after the next start.
    public var pollGrace: Duration
    /// How many streams there may be.
    public var streams: StreamLimits
    /// How many subscribers there may be.
    public var subscribers: SubscriberHub.Limits
    /// How much of what was just committed is kept in memory for those who keep up.
    public var recent: RecentLog.Limits
    /// Whether sinks measure how long after they happened their entries were delivered: it costs a look at each.
    public var measuresLatency = false

    public init(
        host: String? = nil, announcesItself: Bool = true, retentionAge: Duration? = nil,
        stopDeadline: Duration = .seconds(10), pollGrace: Duration = .seconds(1),
        streams: StreamLimits = StreamLimits(), subscribers: SubscriberHub.Limits = SubscriberHub.Limits(),
        recent: RecentLog.Limits = RecentLog.Limits()
    ) {
        (self.host, self.announcesItself, self.retentionAge) = (host, announcesItself, retentionAge)
        (self.stopDeadline, self.pollGrace) = (stopDeadline, pollGrace)
        (self.streams, self.subscribers, self.recent) = (streams, subscribers, recent)
    }
}
