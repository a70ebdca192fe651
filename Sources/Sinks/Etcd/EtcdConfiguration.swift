package import AgentCore

/// What `collectors.json` says about a sink of kind `etcd`.
package struct EtcdConfiguration: Configurable, Hashable {
    package var client: EtcdClient.Settings
    /// Before every key.
    package var prefix: String
    /// How long events are held; nil: as long as they are of use, or a day.
    package var timeToLive: Duration?

    package init(client: EtcdClient.Settings, prefix: String = "/guestwatch/events/", timeToLive: Duration? = nil) {
        (self.client, self.prefix, self.timeToLive) = (client, prefix, timeToLive)
    }

    package init(from reader: inout ConfigurationReader) {
        client = EtcdClient.Settings(from: &reader, timeout: .seconds(10))
        prefix = reader.optional("prefix", .string, default: "/guestwatch/events/", "What every key begins with.")
        timeToLive = reader.optional(
            "timeToLive", .duration, "How long an event is held: as \"expires\" says if not given, or a day.")
        if let timeToLive, timeToLive < .seconds(60) || timeToLive > Self.longestTimeToLive {
            reader.problem("timeToLive: not between \"1m\" and \"3650d\"")
        }
    }

    private static let longestTimeToLive = Duration.seconds(86_400 * 3650)
}
