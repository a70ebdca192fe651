public import EventModel
import Glibc

/// A plugin that reads one outside source: a function (checkpoint, world) → (events, checkpoint).
///
/// It never retries, backs off, logs or stores anything itself: it throws, and its `CollectorRunner` decides. `poll` is
/// never called twice at once.
public protocol Collector: Sendable {
    associatedtype Configuration: Configurable
    /// The word in `collectors.json`.
    static var kind: String { get }

    /// Makes a collector without touching its source. Throws what is wrong with the configuration as a whole.
    init(_ configuration: Configuration, in context: CollectorContext) throws

    /// One round: the events after `checkpoint` (nil: none was ever committed) and where to go on from. May wait
    /// inside, and then returns within its own documented bound, if need be with an empty batch.
    ///
    /// Called again only after the batch was committed; after a crash or a thrown error it may be called with the same
    /// checkpoint again and then gives the same events under the same ids.
    func poll(after checkpoint: Checkpoint?) async throws -> Batch

    /// Gives back what it holds outside (sessions, server-side objects). Called after the last `poll` returned; bounded
    /// by the stop deadline. A collector that is started again is polled again, and connects as it did the first time.
    func stop() async

    /// Touches the source once, reads one page where there are pages, commits nothing, and says in a sentence what it
    /// found. `stop()` follows. Throws as `poll` does.
    func probe() async throws -> String
}

extension Collector {
    public func stop() async {}
}

/// A collector that reads what comes next while what it has brought is committed.
public protocol ReadsAhead: Collector {
    /// Called while a batch with `hasMore` is committed: reads the next one, keeps it for the next `poll`, and gives
    /// its events encoded. None where nothing could be read: the next `poll` tells why. Bounded as `poll` is, and
    /// never called while that runs.
    func readAhead() async -> [EncodedEvent]
}

/// What one poll brings.
public struct Batch: Sendable {
    /// In the order they happened, as the source tells it.
    public var events: [Event] { didSet { encoded = nil } }
    /// The same events encoded, if that was done ahead.
    public private(set) var encoded: [EncodedEvent]?
    /// Where the next poll goes on; nil leaves the committed one as it is.
    public var checkpoint: Checkpoint?
    /// Nothing will ever come after this batch: a replay has reached its end.
    public var isLast: Bool
    /// More can be read at once: worth a `readAhead`.
    public var hasMore = false

    public init(events: [Event], checkpoint: Checkpoint?, isLast: Bool = false) {
        (self.events, self.checkpoint, self.isLast) = (events, checkpoint, isLast)
    }

    /// Encodes the events now, which is otherwise done when the batch is committed: for a collector that reads ahead
    /// while the batch before is.
    public mutating func encodeAhead() {
        encoded = EncodedEvent.encode(events)
    }
}

/// How far a collector has read in its outside source: opaque to everybody else.
public struct Checkpoint: Sendable, Hashable {
    /// The version of the format of `bytes`, by the collector's own counting, from 1.
    public var version: Int
    public var bytes: [UInt8]

    public init(version: Int, bytes: [UInt8]) {
        (self.version, self.bytes) = (version, bytes)
    }

    /// Byte by byte, as fast as the C library does it: that of a thousand containers has a quarter of a MiB.
    public static func == (left: Self, right: Self) -> Bool {
        guard left.version == right.version, left.bytes.count == right.bytes.count else { return false }
        // SAFETY: memcmp(3) reads no more than the count both have, while both are lent.
        return left.bytes.withUnsafeBytes { left in
            right.bytes.withUnsafeBytes { right in
                guard let first = left.baseAddress, let second = right.baseAddress, first != second else { return true }
                return memcmp(first, second, left.count) == 0
            }
        }
    }
}

/// Errors that tell the runner more than "try again": everything else a collector throws is retried with backoff.
public enum CollectorError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The source refused for a reason a person must mend: a wrong password, an untrusted certificate. Tried again at a
    /// pace that locks no account (see `CollectorProgress`).
    case refused(String)
    /// The committed checkpoint cannot be used: another version, damaged bytes. Never guessed over; a person must act.
    case unusableCheckpoint(String)

    public var description: String {
        switch self {
        case .refused(let reason), .unusableCheckpoint(let reason): reason
        }
    }
}
