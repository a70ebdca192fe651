import AgentCore

/// Why an event was not accepted.
public enum PublishError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The producer's queue has no room, or others wait for it. `publish` waits instead.
    case full
    /// Larger than the whole queue may be, in bytes: it will never fit.
    case tooLarge(bytes: Int, limit: Int)
    /// Not an event: what is wrong with it.
    case invalid(String)
    /// Recording is turned off: nothing is taken until it is on.
    case notTracking
    /// Left out on purpose, by the rule that says so.
    case filtered(String)
    /// The producer was closed or cancelled, or the pipeline stops.
    case closed
    /// The journal failed for good: a person must act.
    case failed(String)
    /// The task that waited for room was cancelled.
    case cancelled

    public var description: String {
        switch self {
        case .full: "the producer's queue is full"
        case .tooLarge(let bytes, let limit): "the event has \(bytes) bytes, the producer's queue takes \(limit)"
        case .invalid(let problem): problem
        case .notTracking: "\(JournalError.notTracking)"
        case .filtered(let reason): "filtered: \(reason)"
        case .closed: "the producer is closed"
        case .failed(let reason): "the journal failed: \(reason)"
        case .cancelled: "cancelled while it waited for room"
        }
    }
}
