package import AgentCore

/// What `collectors.json` says about a lease of kind `etcd`.
package struct EtcdLeaseConfiguration: Configurable, Hashable {
    package var client: EtcdClient.Settings
    package var key: String

    package init(client: EtcdClient.Settings, key: String) {
        (self.client, self.key) = (client, key)
    }

    package init(from reader: inout ConfigurationReader) {
        // A holder that waits longer than a part of `ttl` for an answer is not the holder any more when it comes.
        client = EtcdClient.Settings(from: &reader, timeout: .seconds(5))
        key = reader.required(
            "key", .string, "Names what is shared, such as \"/guestwatch/leases/vc1\": the same for all that share it.")
    }
}
