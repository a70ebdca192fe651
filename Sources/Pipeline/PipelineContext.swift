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
    /// Numbers the commands given to the agent.
    let commands = Counter()
    /// Whether the agent may still speak.
    let voice = AgentVoice()
    /// The newest entries, for live readers.
    let recent: RecentEntries
    /// Whether anything is recorded.
    let tracking = Switch(true)
    /// The CloudEvents source of the agent's own events; nil: it announces nothing.
    let source: String?
    /// What every published and injected event passes: the one place for rate limits and size caps.
    let publishRule: PublishRule
    /// Whether it is measured how long deliveries take.
    let latency = Switch(false)

    /// Commits, and tells everybody who waits for entries. Throws `.notTracking` while nothing is recorded.
    func commit(
        _ events: [EncodedEvent], checkpoint: Checkpoint?, of collector: String
    ) async throws(JournalError) -> Commit {
        guard tracking.isOn else { throw .notTracking }
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
        await announce(event.event(source: source, at: clock.now()))
    }

    /// As above, for an event that is made already. After the last word nothing is announced any more.
    func announce(_ event: Event) async {
        guard voice.begin() else {
            unannounced.advance()
            return
        }
        await commitAnnouncement(event)
        voice.end()
    }

    /// Announces that the agent stops, once all that is being announced is committed: no announcement follows it.
    func announceLast(_ event: AgentEvent) async {
        guard let source else { return }
        await voice.fallSilent()
        await commitAnnouncement(event.event(source: source, at: clock.now()))
    }

    private func commitAnnouncement(_ event: Event) async {
        do throws(JournalError) {
            _ = try await commit([EncodedEvent(event)], checkpoint: nil, of: "agent")
        } catch {
            unannounced.advance()
            log.debug("event about the agent not committed", metadata: ["type": "\(event.type)", "reason": "\(error)"])
        }
    }
}
