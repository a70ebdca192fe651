package import AgentCore
import EventModel

/// Puts each event once under a key of its own in etcd, where it is held for a time to live; made for watchers.
///
/// Keys are `PREFIX<time>/<source>/<id>`. A transaction puts them only where they are not there yet, so a repeat
/// changes nothing and wakes no watcher, as long as the event is held: an entry's bytes, its time among them, are the
/// same whenever it comes again. With one worker a watch of the prefix sees events in the order of their sequences.
/// Events of a delivery come in transactions of at most `mostOperations` and `mostBytes`; a delivery that fails half
/// way is repeated without harm.
package actor EtcdSink: Sink {
    package typealias Configuration = EtcdConfiguration
    package static let kind = "etcd"
    package static let traits = SinkTraits(workers: 8)

    /// etcd takes 128 operations, among them those of the transactions within.
    private static let mostOperations = 120
    /// etcd takes requests of 1.5 MiB.
    private static let mostBytes = 1 << 20
    /// What an event takes in a request beside its key and value.
    private static let eventBytes = 64

    private let client: EtcdClient
    private let keys: EtcdKeys
    private let clock: AgentClock
    private var leases: EtcdLeases

    package init(_ configuration: EtcdConfiguration, in context: SinkContext) throws {
        client = try EtcdClient(configuration.client, transport: context.transport, secrets: context.secrets)
        keys = EtcdKeys(prefix: configuration.prefix, journal: context.journal)
        clock = context.clock
        leases = EtcdLeases(timeToLive: configuration.timeToLive ?? context.expires)
    }

    package func deliver(_ entries: [Entry]) async throws(DeliveryError) {
        var rejected: [UInt64: String] = [:]
        var start = 0
        while start < entries.count {
            var pieces: [Piece] = []
            var bytes = 0
            var taken: Set<[UInt8]> = []
            while start < entries.count, pieces.count < Self.mostOperations {
                let entry = entries[start]
                guard let put = keys.put(entry) else {
                    rejected[entry.sequence] = EventColumns.missing
                    start += 1
                    continue
                }
                bytes += put.bytes + Self.eventBytes
                // The same key twice in a request is an error: the second waits, and finds the first.
                if !pieces.isEmpty, bytes > Self.mostBytes || taken.contains(put.key) { break }
                taken.insert(put.key)
                pieces.append(Piece(sequence: entry.sequence, put: put))
                start += 1
            }
            if !pieces.isEmpty { try await store(pieces[...], &rejected) }
        }
        if !rejected.isEmpty { throw .partial(rejected: rejected) }
    }

    package func stop() async {
        await client.close()
    }

    private struct Piece {
        var sequence: UInt64
        var put: EtcdTransaction.Put
    }

    /// Stores by one transaction, or by two halves where that one is too much for the server.
    private func store(_ pieces: ArraySlice<Piece>, _ rejected: inout [UInt64: String]) async throws(DeliveryError) {
        do throws(EtcdError) {
            try await create(pieces.map(\.put))
        } catch {
            switch error.deliveryError {
            case .tooLarge(let reason), .refused(let reason):
                if pieces.count == 1, let only = pieces.first {
                    rejected[only.sequence] = reason
                    return
                }
                let middle = pieces.startIndex + pieces.count / 2
                try await store(pieces[..<middle], &rejected)
                try await store(pieces[middle...], &rejected)
            case let other: throw other
            }
        }
    }

    private func create(_ puts: [EtcdTransaction.Put]) async throws(EtcdError) {
        let lease = try await lease()
        do throws(EtcdError) {
            try await create(puts, lease: lease)
        } catch {
            guard error.isLeaseLost else { throw error }
            leases.lost(lease)
            try await create(puts, lease: try await self.lease())
        }
    }

    private func create(_ puts: [EtcdTransaction.Put], lease: Int64) async throws(EtcdError) {
        if try await client.transact(EtcdTransaction.createAll(puts, lease: lease)) { return }
        // Some are there already: after a lost answer, or a restart.
        _ = try await client.transact(EtcdTransaction.createMissing(puts, lease: lease))
    }

    private func lease() async throws(EtcdError) -> Int64 {
        let now = clock.now()
        if let lease = leases.lease(at: now) { return lease }
        let lease = try await client.grant(leases.leaseTime)
        leases.granted(lease, at: now)
        return lease
    }
}
