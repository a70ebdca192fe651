package import VSphere

/// Decides how a server's history is read: says the next step, is told what came of it, and gives the findings.
///
/// Pure: no clock, no server. `KeptReading` and `FreshReading` are the two ways. Findings given out count as read:
/// whoever cannot hand them on starts a new reading at the boundary that was committed last.
package protocol HistoryReading: Sendable {
    /// What was read so far.
    var ledger: ReadingLedger { get }

    /// What is to be done next.
    var next: ReadingStep { get }

    /// Whether the next step reads on from where the last one stopped: it may be done ahead.
    var readsOn: Bool { get }

    /// The server's collector loses its place too often: another way of reading should be taken.
    var isUnreliable: Bool { get }

    /// The reading collector was made.
    mutating func opened()

    /// The reading collector was destroyed.
    mutating func closed() -> [Finding]

    /// The reading collector is gone or cannot be trusted any more: alone, or with its session.
    mutating func lost()

    /// A page came.
    mutating func read(_ events: [VSphereEvent]) -> [Finding]

    /// A page came that cannot be decoded; the server has moved past it. nil: reading goes on, but not at once.
    mutating func undecodable(reason: String) -> [Finding]?

    /// The newest visible event was asked for, or a wake-up brought it; nil: there is none.
    mutating func told(_ event: VSphereEvent?) -> [Finding]

    /// The interval is over; nobody told whether there is news.
    mutating func paused()

    /// A wait ended without news.
    mutating func timedOut()
}

extension HistoryReading {
    package var readsOn: Bool { false }
    package var isUnreliable: Bool { false }
}
