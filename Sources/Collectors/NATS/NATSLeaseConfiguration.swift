package import AgentCore
package import NATSClient

/// What `collectors.json` says about a lease of kind `nats`.
package struct NATSLeaseConfiguration: Configurable, Hashable {
    package var endpoint: NATSEndpoint
    package var bucket: String
    package var key: String
    package var replicas: Int

    package init(
        endpoint: NATSEndpoint, bucket: String = "GUESTWATCH_LEASES", key: String, replicas: Int = 1
    ) {
        (self.endpoint, self.bucket, self.key, self.replicas) = (endpoint, bucket, key, replicas)
    }

    package init(from reader: inout ConfigurationReader) {
        endpoint = NATSEndpoint(from: &reader)
        bucket = reader.optional(
            "bucket", .natsName, default: "GUESTWATCH_LEASES", "The key-value bucket; made if it is missing.")
        key = reader.required("key", .natsName, "Names what is shared: the same for all agents that share it.")
        replicas = reader.optional(
            "replicas", .integer(in: 1...5), default: 1, "Servers that keep a copy of the bucket.")
    }
}
