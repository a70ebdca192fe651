package import AgentCore

/// A lease as one key in etcd, changed only by who knew its last revision.
///
/// The key has none of etcd's own leases, which would take the shared checkpoint with them. Here beside the sink for
/// the client they share. Each call takes `timeout` for each endpoint at the most, and that again when it logs in.
package actor EtcdLeaseStore: LeaseStore {
    package typealias Configuration = EtcdLeaseConfiguration
    package static let kind = "etcd"

    private let configuration: EtcdLeaseConfiguration
    private let context: CollectorContext
    private var connected: EtcdClient?

    package init(_ configuration: EtcdLeaseConfiguration, in context: CollectorContext) throws {
        (self.configuration, self.context) = (configuration, context)
    }

    package func read() async throws -> LeaseValue? {
        try await attempt { client throws(EtcdError) in try await self.value(client) }
    }

    package func write(_ bytes: [UInt8], replacing revision: UInt64?) async throws -> UInt64? {
        let put = EtcdTransaction.Put(key: key, value: bytes)
        return try await attempt { client throws(EtcdError) in
            if let revision {
                _ = try await client.replace(put, unchangedSince: Int64(clamping: revision))
            } else {
                _ = try await client.create(put)
            }
            // What is there now says whether it was done, also where one endpoint did it and another was asked when the
            // answer was lost, and its revision. No two changes have the same bytes: they name their writer and count.
            return try await self.value(client).flatMap { $0.bytes == bytes ? $0.revision : nil }
        }
    }

    package func close() async {
        let client = connected
        connected = nil
        await client?.close()
    }

    private var key: [UInt8] { Array(configuration.key.utf8) }

    private func value(_ client: EtcdClient) async throws(EtcdError) -> LeaseValue? {
        try await client.get(key).map { LeaseValue(bytes: $0.value, revision: UInt64(clamping: $0.modRevision)) }
    }

    private func attempt<Result: Sendable>(
        _ body: (EtcdClient) async throws(EtcdError) -> Result
    ) async throws -> Result {
        let client: EtcdClient
        if let connected {
            client = connected
        } else {
            client = try EtcdClient(configuration.client, transport: context.transport, secrets: context.secrets)
            connected = client
        }
        do throws(EtcdError) {
            return try await body(client)
        } catch {
            if case .held(let reason, _) = error.deliveryError { throw CollectorError.refused("the lease: \(reason)") }
            throw error
        }
    }
}
