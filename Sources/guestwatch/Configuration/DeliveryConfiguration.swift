import AgentCore
import Pipeline

/// What every sink's object says of its deliveries: `batch`, `workers`, `retry`, `whenUnavailable`, `expires`.
struct DeliveryConfiguration: Sendable {
    /// More would be more connections than any destination is glad of.
    private static let mostWorkers = 64

    let batch: ReadLimit
    let policy: DeliveryPolicy

    /// Reads the members; a sink of a kind that allows fewer workers than are asked for is a problem.
    init(from reader: inout ConfigurationReader, traits: SinkTraits, kind: String) {
        let batch = reader.optional(
            "batch", .object(), default: BatchConfiguration.standard, "How much one delivery brings.")
        let workers = reader.optional(
            "workers", .integer(in: 1...Self.mostWorkers), default: 1,
            "Deliveries at once; the entries of one guest keep their order.")
        let retry = reader.optional(
            "retry", .object(), default: RetryConfiguration.forEver,
            "When a batch that fails is given up; never when left out.")
        let whenUnavailable = reader.optional(
            "whenUnavailable", .choice(), default: DeliveryPolicy.WhenUnavailable.retain,
            "What happens to entries while the destination does not answer: kept in the journal, or let go.")
        let expires = reader.optional(
            "expires", .duration, "How long after it happened an event is worth a delivery; for ever when left out.")
        if workers > traits.workers {
            reader.problem("workers: \(workers) at once, but the kind \"\(kind)\" allows \(traits.workers)")
        }
        self.batch = batch.limit
        policy = DeliveryPolicy(
            workers: workers, linger: batch.linger, attempts: retry.attempts, age: retry.age,
            whenUnavailable: whenUnavailable, expires: expires)
    }
}

/// `batch` of a sink: `{ "entries": 1000, "bytes": "4MiB", "linger": "100ms" }`.
struct BatchConfiguration: Configurable {
    static let standard = BatchConfiguration()
    /// More is no batch: it is all in memory at once.
    private static let mostEntries = 100_000

    let limit: ReadLimit
    let linger: Duration

    init(from reader: inout ConfigurationReader) {
        let standard = ReadLimit()
        let entries = reader.optional(
            "entries", .integer(in: 1...Self.mostEntries), default: standard.entries, "Most events of a delivery.")
        let bytes = reader.optional(
            "bytes", .bytes, default: standard.bytes, "Most bytes of a delivery; one event may be larger.")
        limit = ReadLimit(entries: entries, bytes: bytes)
        linger = reader.optional(
            "linger", .duration, default: .zero, "How long a delivery that is not full waits for more.")
    }

    private init() {
        (limit, linger) = (ReadLimit(), .zero)
    }
}

/// `retry` of a sink: `{ "attempts": 10, "age": "1h" }`.
struct RetryConfiguration: Configurable {
    static let forEver = RetryConfiguration()

    let attempts: Int?
    let age: Duration?

    init(from reader: inout ConfigurationReader) {
        attempts = reader.optional(
            "attempts", .integer(in: 1...1_000_000), "Attempts at a batch; then it becomes dead letters, or is let go.")
        age = reader.optional("age", .duration, "How long after its first failure a batch is given up.")
    }

    private init() {
        (attempts, age) = (nil, nil)
    }
}
