package import AgentCore
package import Logging

/// The only owner of the pipeline's state: which runners there are, how far the journal's head is, and the phase of its life.
package actor EventManager {
    private let journal: any Journal

    /// Takes an open journal; nothing runs before `start()`.
    package init(
        journal: any Journal, collectors: [NamedCollector], sinks: [NamedSink], clock: AgentClock = .system,
        random: RandomSource = .system, log: Logger, settings: PipelineSettings = PipelineSettings()
    ) {
        self.journal = journal
    }

    /// Attaches the sinks, starts them, then the collectors; when it returns the pipeline is ready.
    /// Throws what the journal says when it cannot be read; then nothing runs.
    package func start() async throws(JournalError) {}

    /// Collectors finish their poll, the last batch is committed, sinks deliver up to the head, plugins let go of what they
    /// hold, the journal is closed; what is not done at the deadline is cancelled and left (nothing is lost by it).
    package func stop(within deadline: Duration? = nil) async {}

    /// Returns when every collector has ended and every sink has all that was committed; early when the task is cancelled.
    package func finished() async {}

    /// All counters and states.
    package func status() async -> PipelineStatus {
        PipelineStatus(phase: .idle, collectors: [], sinks: [], journal: nil, unannounced: 0)
    }
}
