/// What the composition root decides about the pipeline as a whole.
package struct PipelineSettings: Sendable, Hashable {
    /// Names the agent in the source of its own events, `guestwatch://<host>`; the journal's instance where nil.
    package var host: String?
    /// Whether the agent commits events about itself (`agent.started`, `agent.sink-failed`, …). Commands that print
    /// exactly what a fixture holds turn it off.
    package var announcesItself: Bool
    /// The age after which the journal lets entries go; nil: no trim timer runs.
    package var retentionAge: Duration?
    /// How long `stop` may take when nothing else is said: well below the 90 s after which systemd kills.
    package var stopDeadline: Duration
    /// How long a poll under way may go on once the agent stops, at the most a quarter of the deadline; then it is
    /// cancelled, which loses nothing: what it read is read again after the next start.
    package var pollGrace: Duration
    /// How many streams there may be.
    package var streams: StreamLimits

    package init(
        host: String? = nil, announcesItself: Bool = true, retentionAge: Duration? = nil,
        stopDeadline: Duration = .seconds(10), pollGrace: Duration = .seconds(1),
        streams: StreamLimits = StreamLimits()
    ) {
        (self.host, self.announcesItself, self.retentionAge) = (host, announcesItself, retentionAge)
        (self.stopDeadline, self.pollGrace, self.streams) = (stopDeadline, pollGrace, streams)
    }
}
