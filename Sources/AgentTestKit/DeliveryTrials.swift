package import AgentCore
import Platform

/// Why a delivery waits for a person; another text when it does not.
package func heldReason(_ deliver: () async throws -> Void) async -> String {
    do {
        try await deliver()
        return "no error"
    } catch DeliveryError.held(let reason, _) {
        return reason
    } catch {
        return "not held: \(error)"
    }
}

/// Why a delivery is to be tried again; another text when it is not.
package func retryReason(_ deliver: () async throws -> Void) async -> String {
    do {
        try await deliver()
        return "no error"
    } catch DeliveryError.retryable(let reason, _) {
        return reason
    } catch {
        return "not retryable: \(error)"
    }
}

/// Delivers as the agent does: what is refused or too large comes again in halves. Gives the dead letters.
package func deliverInHalves(_ entries: [Entry], to sink: some Sink) async throws(DeliveryError) -> [UInt64: String] {
    do throws(DeliveryError) {
        try await sink.deliver(entries)
        return [:]
    } catch {
        switch error {
        case .partial(let rejected): return rejected
        case .refused(let reason), .tooLarge(let reason):
            if entries.count == 1 { return [entries[0].sequence: reason] }
            let middle = entries.count / 2
            let first = try await deliverInHalves(Array(entries[..<middle]), to: sink)
            return try await deliverInHalves(Array(entries[middle...]), to: sink).merging(first) { $1 }
        default: throw error
        }
    }
}

extension Sink {
    /// Delivers until it succeeds; only what is retryable may come between. Gives how often it did.
    @discardableResult
    package func deliverThrough(_ entries: [Entry], within limit: Duration) async throws -> Int {
        let end = ContinuousClock.now + limit
        var failures = 0
        while true {
            let error = await failure(of: entries)
            guard let error else { return failures }
            guard case .retryable(let reason, _) = error else { throw error }
            failures += 1
            if ContinuousClock.now > end { throw ConformanceFailure("retried in vain: \(reason)") }
            try await AgentClock.system.sleep(.milliseconds(20))
        }
    }

    private func failure(of entries: [Entry]) async -> DeliveryError? {
        do throws(DeliveryError) {
            try await deliver(entries)
            return nil
        } catch {
            return error
        }
    }

    /// Delivers 100,000 ordinary entries, their sequences from 1, while an outage begins and ends at each of three
    /// places in between.
    package func deliverThroughOutages(
        batch: UInt64 = 1000, _ outage: @escaping @Sendable () async throws -> Void
    ) async throws {
        let delivered = Locked<UInt64>(0)
        let breaking = Task {
            for mark in [20_000, 50_000, 80_000] as [UInt64] {
                try await waitUntil("\(mark) are delivered", limit: .seconds(120)) {
                    delivered.withLock { $0 >= mark }
                }
                try await outage()
            }
        }
        for start in stride(from: 1 as UInt64, through: 100_000, by: Int(batch)) {
            try await deliverThrough(Entry.numbered(start...min(start + batch - 1, 100_000)), within: .seconds(90))
            delivered.withLock { $0 = start + batch - 1 }
        }
        try await breaking.value
    }
}
