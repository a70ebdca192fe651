import AgentCore
import AgentTestKit
import EventModel
import Pipeline

/// Speaks with a `SinkProgress` as the workers of a runner do, one step at a time.
struct LaneDialogue {
    var progress: SinkProgress
    var now = TestClock.start
    var head: UInt64 = 0
    let random = RandomSource { .max }
    /// Guests by lane.
    private let guests: [String]
    var refused: [DeadLetter] = []

    init(workers: Int, batch: ReadLimit = ReadLimit(), policy: DeliveryPolicy = DeliveryPolicy()) {
        var policy = policy
        policy.workers = workers
        progress = SinkProgress(cursor: 0, filter: EventFilter(), batch: batch, policy: policy)
        guests = (0..<workers).map { lane in
            (0...).lazy.map { "vm-\($0)" }.first { Self.entry(1, guest: $0).lane(of: workers) == lane } ?? ""
        }
    }

    static func entry(_ sequence: UInt64, guest: String, at time: Timestamp = TestClock.start) -> Entry {
        let event = Event(
            id: "\(sequence)", source: "test://lanes", type: "vm.powered-on", time: time,
            guest: Guest(kind: .vm, id: guest))
        return Entry(
            sequence: sequence, type: event.type, severity: event.severity, body: EventEncoder.encode(event)[...])
    }

    /// What that worker shall do.
    mutating func next(_ worker: Int = 0) -> SinkProgress.Action {
        progress.next(worker: worker, head: head, at: now)
    }

    /// The journal has one entry more for each of these lanes, and the first worker reads them.
    mutating func read(_ lanes: [Int], age: Duration = .zero) {
        let first = head + 1
        let entries = lanes.enumerated().map {
            Self.entry(first + UInt64($0), guest: guests[$1], at: now.advanced(by: .zero - age))
        }
        head += UInt64(lanes.count)
        _ = next()
        _ = progress.received(Page(entries: entries, lowest: 1, head: head), at: now, random: random)
    }

    /// The worker's next action: the sequences it delivers; nil when it does something else.
    @discardableResult
    mutating func begin(_ worker: Int = 0) -> [UInt64]? {
        guard case .deliver(let entries) = next(worker) else { return nil }
        return entries.map(\.sequence)
    }

    /// The worker's delivery succeeds, and it acknowledges what it may.
    mutating func finish(_ worker: Int = 0) {
        progress.deliverySucceeded(worker: worker)
        acknowledge(worker)
    }

    /// The worker's delivery fails.
    @discardableResult
    mutating func fail(_ error: DeliveryError, _ worker: Int = 0) -> [Report] {
        progress.deliveryFailed(error, worker: worker, at: now, random: random)
    }

    /// The worker acknowledges, if that is what is next.
    mutating func acknowledge(_ worker: Int = 0) {
        guard case .acknowledge(_, let letters) = next(worker) else { return }
        refused += letters
        _ = progress.acknowledged(at: now)
    }
}
