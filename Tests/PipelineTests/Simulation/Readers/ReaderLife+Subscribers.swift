import AgentCore
import AgentTestKit
import Pipeline

/// A subscriber in a simulated life, and what is known of what it must get.
struct SubscriberLife {
    var window: SubscriberWindow
    let filter: EventFilter
    let limit: Int
    /// The last before the first it may get.
    let start: UInt64
    /// From after these sequences on it was suspended so, or not at all.
    var modes: [(after: UInt64, suspension: Suspension?)]
    var isHanging = false
    /// Taken, and not yet received.
    var brought: (entries: [Entry], lowest: UInt64)?
    var offer: [Entry]?
    var got: [UInt64] = []

    init(
        highest: UInt64, after: UInt64?, filter: EventFilter, limit: Int, suspension: Suspension?, bug: ReaderBug?
    ) {
        (self.filter, self.limit, start) = (filter, limit, after ?? highest)
        modes = [(start, nil)]
        let begins = bug == .newReaderSeesOld && highest > 0 ? start - min(start, 1) : start
        window = SubscriberWindow(
            after: begins, filter: filter, queueLimit: bug == .queueWithoutLimit ? .max : limit)
        guard let suspension else { return }
        window.suspend(suspension, at: highest)
        modes.append((highest, suspension))
    }

    func suspension(at sequence: UInt64) -> Suspension? {
        modes.last { $0.after < sequence }?.suspension
    }
}

extension ReaderLife {
    /// One thing a subscriber's reader does.
    mutating func stepSubscriber(_ index: Int) throws {
        if subscribers[index].isHanging { return }
        if subscribers[index].offer != nil { return confirm(index) }
        if let (entries, lowest) = subscribers[index].brought {
            subscribers[index].brought = nil
            return try receive(index, entries, lowest)
        }
        if case .take(let after) = subscribers[index].window.next(head: log.head) {
            subscribers[index].brought = take(after: after)
        }
    }

    private mutating func receive(_ index: Int, _ entries: [Entry], _ lowest: UInt64) throws {
        let isSuspended = subscribers[index].window.suspension != nil
        guard let offer = subscribers[index].window.received(entries, lowest: lowest) else { return }
        if isSuspended, !offer.isEmpty { throw Violation(.reliable, "handed out while suspended") }
        subscribers[index].offer = offer
        if chance.happens(1), !offer.isEmpty {
            seen.insert(.hang)
            subscribers[index].isHanging = true
        }
    }

    /// It has taken all, or some when it was stopped half-way.
    private mutating func confirm(_ index: Int) {
        guard let offer = subscribers[index].offer else { return }
        let count = chance.happens(30) ? chance.draw(0...offer.count) : offer.count
        if count < offer.count { seen.insert(.halfWay) }
        subscribers[index].got += offer.prefix(count).map(\.sequence)
        subscribers[index].window.delivered(bug == .partCountsAsWhole ? offer.count : count, of: offer)
        subscribers[index].offer = nil
    }

    /// Takes all of what was handed out.
    mutating func finishOffer(_ index: Int) {
        guard let offer = subscribers[index].offer else { return }
        subscribers[index].got += offer.map(\.sequence)
        subscribers[index].window.delivered(offer.count, of: offer)
        subscribers[index].offer = nil
    }

    /// Suspends it one way or the other, or resumes it, whatever it was.
    mutating func toggle(_ index: Int) {
        guard let suspension = chance.pick([Suspension.queueing, .discarding, nil]) else { return resume(index) }
        seen.insert(suspension == .queueing ? .queueing : .discarding)
        let told = bug == .discardsInsteadOfQueueing ? .discarding : suspension
        subscribers[index].window.suspend(told, at: log.highest)
        subscribers[index].modes.append((log.highest, suspension))
    }

    /// It goes on.
    mutating func resume(_ index: Int) {
        guard subscribers[index].window.suspension != nil else { return }
        subscribers[index].window.resume(at: log.highest)
        subscribers[index].modes.append((log.highest, nil))
        if bug == .resumeForgetsQueue {
            subscribers[index].window = SubscriberWindow(
                after: log.highest, filter: subscribers[index].filter, queueLimit: subscribers[index].limit)
        }
    }
}
