import AgentCore
import EventModel
import Logging

/// What all runners share: the journal, the marks they wait for, the world, and the agent's own voice.
struct PipelineContext: Sendable {
    let journal: any Journal
    let clock: AgentClock
    let random: RandomSource
    let log: Logger
    /// The newest entry committed by this process: what sinks wait for.
    let head = Watermark()
    /// Counts how often the journal may have made room: what held collectors wait for.
    let room = Watermark()
    /// Counts events of the agent that the journal did not take.
    let unannounced = Watermark()
    /// The newest entries, for live readers.
    let recent: RecentEntries
    /// Whether anything is recorded.
    let tracking = Tracking()
    /// The CloudEvents source of the agent's own events; nil: it announces nothing.
    let source: String?

    /// Commits, and tells everybody who waits for entries. While nothing is recorded the journal counts as full.
    func commit(
        _ events: [EncodedEvent], checkpoint: Checkpoint?, of collector: String
    ) async throws(JournalError) -> Commit {
        guard tracking.isOn else { throw .full }
        let ticket = recent.begin()
        let commit: Commit
        do throws(JournalError) {
            commit = try await journal.commit(events, checkpoint: checkpoint, of: collector)
        } catch {
            recent.end(ticket)
            throw error
        }
        recent.end(ticket, commit, of: events)
        if let sequences = commit.sequences { head.advance(to: sequences.upperBound) }
        return commit
    }

    /// Commits an event of the agent about itself: one attempt, because it must hold nobody up; the log has it in any
    /// case.
    func announce(_ event: AgentEvent) async {
        guard let source else { return }
        let encoded = EncodedEvent(event.event(source: source, at: clock.now()))
        do throws(JournalError) {
            _ = try await commit([encoded], checkpoint: nil, of: "agent")
        } catch {
            unannounced.advance()
            log.debug("event about the agent not committed", metadata: ["type": "\(event.type)", "reason": "\(error)"])
        }
    }
}
