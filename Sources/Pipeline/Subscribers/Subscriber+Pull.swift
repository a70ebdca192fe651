import AgentCore
import Platform
import Synchronization

extension Subscriber {
    /// Waits for entries that are wanted. `confirm`: the whole counts as delivered at once. Nil when the subscriber has
    /// ended or the task is cancelled; nothing is lost by the latter.
    func pull(confirm: Bool) async -> (entries: [Entry], epoch: UInt64)? {
        while !Task.isCancelled {
            let rung = bell.value
            let head = source.recent.head
            switch state.withLock({ $0.window.next(head: head) }) {
            case .end:
                ended.advance(to: 1)
                return nil
            case .wait(let mark):
                let sleeps = source.recent.wake(bell, past: mark) { [bell] in bell.advance() }
                if sleeps { await bell.wait(past: rung) }
            case .take(let after):
                guard let (entries, lowest) = await bring(after: after) else { continue }
                if let offer = offer(entries, lowest: lowest, confirm: confirm) { return offer }
            }
        }
        return nil
    }

    private func bring(after sequence: UInt64) async -> (entries: [Entry], lowest: UInt64)? {
        switch source.recent.take(after: sequence) {
        case .entries(let entries): return (entries, sequence + 1)
        case .nothing: return nil
        case .behind:
            let (page, reason) = await source.page(after: sequence)
            if let page { return (page.entries, page.lowest) }
            if Task.isCancelled { return nil }
            state.withLock { state in
                state.window.end()
                state.lastError = reason ?? state.lastError
            }
            return nil
        }
    }

    private func offer(_ entries: [Entry], lowest: UInt64, confirm: Bool) -> (entries: [Entry], epoch: UInt64)? {
        state.withLock { state in
            guard let wanted = state.window.received(entries, lowest: lowest) else { return nil }
            if confirm || wanted.isEmpty { state.window.delivered(wanted.count, of: wanted) }
            return wanted.isEmpty ? nil : (wanted, epoch.load(ordering: .acquiring))
        }
    }

    /// The first `count` of what was pulled were taken.
    func confirm(_ count: Int, of entries: [Entry]) {
        state.withLock { $0.window.delivered(count, of: entries) }
    }

    /// True for the first that iterates, until it lets go.
    func claim() -> Bool {
        state.withLock { state in
            defer { state.isPulled = true }
            return !state.isPulled && !isCallback
        }
    }

    /// Another may iterate.
    func release() {
        state.withLock { $0.isPulled = false }
    }
}
