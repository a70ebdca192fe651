import AgentCore

/// What a collector wants committed.
struct CommitRequest: Sendable {
    var events: [EncodedEvent]
    var checkpoint: Checkpoint?
    var collector: String
}

/// Commits that wait for the writer: those that wait together are stored together.
struct CommitInbox: Sendable {
    /// A request and the number its outcome is asked for by.
    struct Ticket: Sendable {
        var number: UInt64
        var request: CommitRequest
    }

    /// Events one transaction takes, unless a single request is larger: what the disk syncs in some milliseconds.
    private static let groupEvents = 20_000

    private var waiting: [Ticket] = []
    private var count: UInt64 = 0

    /// Whether nobody waits.
    var isEmpty: Bool { waiting.isEmpty }

    /// Lets a request wait; gives its number.
    mutating func add(_ request: CommitRequest) -> UInt64 {
        count += 1
        waiting.append(Ticket(number: count, request: request))
        return count
    }

    /// Takes the requests that share the next transaction, in the order they came.
    mutating func takeGroup() -> [Ticket] {
        var events = 0
        let end = waiting.firstIndex { ticket in
            events += ticket.request.events.count
            return events > Self.groupEvents
        }
        let group = Array(waiting.prefix(max(1, end ?? waiting.count)))
        waiting.removeFirst(group.count)
        return group
    }
}
