import AgentCore
import Glibc
import Logging
import Platform
import Synchronization

extension Subscriber {
    /// One turn on a callback thread: what is there now is handed out, a run of entries at the most. Never called twice
    /// at once.
    func turn() {
        let head = source.recent.head
        let (action, fetched) = state.withLock { state in
            defer { state.fetched = nil }
            return (state.window.next(head: head), state.fetched)
        }
        if let fetched { return handOut(fetched.entries, lowest: fetched.lowest) }
        guard case .take(let after) = action else { return }
        switch source.recent.take(after: after) {
        case .entries(let entries): handOut(entries, lowest: after + 1)
        case .behind: fetch(after: after)
        case .nothing: break
        }
    }

    private func handOut(_ entries: [Entry], lowest: UInt64) {
        let offer = state.withLock { state -> (entries: [Entry], epoch: UInt64)? in
            guard let wanted = state.window.received(entries, lowest: lowest) else { return nil }
            if wanted.isEmpty {
                state.window.delivered(0, of: [])
                return nil
            }
            // Set in the same breath as the offer: whoever ends the subscriber sees one of both.
            state.thread = pthread_self()
            return (wanted, epoch.load(ordering: .acquiring))
        }
        guard let offer else { return }
        let (count, failures) = perform(offer.entries, epoch: offer.epoch)
        let total = state.withLock { state in
            state.thread = nil
            state.window.delivered(count, of: offer.entries)
            state.failures += failures.count
            state.lastError = failures.last ?? state.lastError
            return state.failures
        }
        state.ringAll()
        failures.log(to: log, of: name, total: total)
    }

    /// Calls back, until all are handed out or the subscriber is suspended or ended. What a callback throws is counted;
    /// the entry counts as delivered, because it was.
    private func perform(_ entries: [Entry], epoch: UInt64) -> (count: Int, failures: Failures) {
        var failures = Failures()
        switch delivery {
        case .batches(let body):
            do { try body(entries) } catch { failures.note(error) }
            return (entries.count, failures)
        case .each(let body):
            var count = 0
            entries.span.lend { entry in
                guard self.epoch.load(ordering: .acquiring) == epoch else { return false }
                do { try body(entry) } catch { failures.note(error) }
                count += 1
                return true
            }
            return (count, failures)
        case .pulled:
            return (0, failures)
        }
    }

    /// What callbacks threw.
    private struct Failures {
        var count = 0
        var last: String?

        mutating func note(_ error: any Error) {
            count += 1
            last = "\(error)"
        }

        /// The first of a subscriber's life, and every doubling.
        func log(to log: Logger?, of name: String, total: Int) {
            guard let last, total.leadingZeroBitCount < (total - count).leadingZeroBitCount else { return }
            log?.warning(
                "subscriber failed", metadata: ["subscriber": "\(name)", "failures": "\(total)", "reason": "\(last)"])
        }
    }

    /// Brings a page from the journal, in a task of its own: a callback thread waits for nobody.
    private func fetch(after sequence: UInt64) {
        // Made within the lock, so that it cannot be over before it is known.
        state.withLock { state in
            state.fetching = Task { @concurrent [weak self, source] in
                let (page, reason) = await source.page(after: sequence)
                self?.fetched(page, reason)
            }
        }
    }

    private func fetched(_ page: Page?, _ reason: String?) {
        state.withLock { state in
            state.fetching = nil
            state.fetched = page
            // A journal that gives no more ends what lives from it.
            if page == nil { state.window.end() }
            state.lastError = reason ?? state.lastError
        }
        tellMark()
        call()
    }
}
