import AgentCore
import AgentTestKit
import HTTPClient

@testable import Sinks

extension EtcdServer {
    var settings: EtcdClient.Settings {
        EtcdClient.Settings(endpoints: [endpoint], connection: connection)
    }

    func client(_ context: SinkContext = .conformance) throws -> EtcdClient {
        try EtcdClient(settings, transport: context.transport, secrets: context.secrets)
    }

    /// The values below a prefix in the order of their keys.
    func values(_ prefix: String = "/guestwatch/events/") async throws -> [EtcdClient.KeyValue] {
        let client = try client()
        var found: [EtcdClient.KeyValue] = []
        while true {
            let page = try await client.list(
                prefix: Array(prefix.utf8), from: found.last.map { $0.key + [0] }, limit: 2000)
            found += page
            if page.count < 2000 { break }
        }
        await client.close()
        return found
    }
}
