import AgentCore
import Synchronization

/// One iteration over a subscriber's entries: a class, because its end is to be noticed.
final class PulledEntries {
    private let subscriber: Subscriber
    private let isFirst: Bool
    private var pending: [Entry] = []
    private var taken = 0
    private var epoch: UInt64 = 0

    init(_ subscriber: Subscriber) {
        self.subscriber = subscriber
        isFirst = subscriber.claim()
    }

    deinit {
        if taken < pending.count { subscriber.confirm(taken, of: pending) }
        if isFirst { subscriber.release() }
    }

    func nextBatch() async -> [Entry]? {
        isFirst ? await subscriber.pull(confirm: true)?.entries : nil
    }

    func next() async -> Entry? {
        guard isFirst else { return nil }
        while true {
            if taken < pending.count, subscriber.epoch.load(ordering: .acquiring) == epoch {
                defer { taken += 1 }
                return pending[taken]
            }
            if !pending.isEmpty { subscriber.confirm(taken, of: pending) }
            (pending, taken) = ([], 0)
            guard let offer = await subscriber.pull(confirm: false) else { return nil }
            (pending, epoch) = offer
        }
    }
}
