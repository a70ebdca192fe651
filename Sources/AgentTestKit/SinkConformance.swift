package import AgentCore

/// The promises every sink makes, checked on any of them in a few lines:
///
///     @Test("keeps the promises of a sink", arguments: SinkPromise.allCases)
///     func keeps(_ promise: SinkPromise) async throws {
///         let folder = try TemporaryFolder()
///         let suite = SinkConformance(
///             repeats: .removed,
///             start: { try FileSink(configuration(in: folder), in: $0) },
///             delivered: { try sequences(in: folder) })
///         try await suite.check(promise)
///     }
///
/// Each promise wants a destination of its own: make a new one for each.
package struct SinkConformance<Subject: Sink>: Sendable {
    /// What the destination does with entries that come again.
    package enum Repeats: Sendable {
        /// It shows each entry once.
        case removed
        /// It shows them again, under the same id.
        case kept
        /// It shows them again only after a restart of the sink.
        case keptAfterRestart
    }

    package let repeats: Repeats
    /// A new sink on the destination as it is now: a start of the agent.
    package let start: @Sendable (SinkContext) async throws -> Subject
    /// The sequences the destination shows, in its order; throws when it shows half an event.
    package let delivered: @Sendable () async throws -> [UInt64]
    /// Makes deliveries fail; nil where that cannot be done.
    package let breakDestination: (@Sendable () async throws -> Void)?
    /// Makes deliveries work again.
    package let mendDestination: (@Sendable () async throws -> Void)?

    package init(
        repeats: Repeats, start: @escaping @Sendable (SinkContext) async throws -> Subject,
        delivered: @escaping @Sendable () async throws -> [UInt64],
        breakDestination: (@Sendable () async throws -> Void)? = nil,
        mendDestination: (@Sendable () async throws -> Void)? = nil
    ) {
        (self.repeats, self.start, self.delivered) = (repeats, start, delivered)
        (self.breakDestination, self.mendDestination) = (breakDestination, mendDestination)
    }

    /// Throws a `ConformanceFailure` when the promise is broken.
    package func check(_ promise: SinkPromise) async throws {
        switch promise {
        case .order: try await checkOrder()
        case .single: try await checkSingle()
        case .gaps: try await checkGaps()
        case .large: try await checkLarge()
        case .repeats: try await checkRepeats()
        case .overlap: try await checkOverlap()
        case .restart: try await checkRestart()
        case .outage: try await checkOutage()
        case .stop: try await checkStop()
        }
    }
}

/// A promise of every sink.
package enum SinkPromise: String, Sendable, CaseIterable {
    case order = "entries arrive in sequence order"
    case single = "a batch of one entry arrives"
    case gaps = "sequences left out by a filter are not waited for"
    case large = "a batch of 5,000 entries and one of 1 MiB arrive whole"
    case repeats = "a batch repeated after a lost answer is shown as documented"
    case overlap = "a repeated entry in a longer batch does not hide the new ones"
    case restart = "a new sink goes on where the last one stopped"
    case outage = "an outage is retryable, leaves nothing half, and ends"
    case stop = "stop may be called twice, and without any delivery before it"
}
