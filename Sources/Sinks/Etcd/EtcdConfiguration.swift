package import AgentCore
import HTTPClient

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
        let endpoints = reader.required(
            "endpoints", .list(of: .url(schemes: ["https", "http"])),
            "The members of the cluster; one that does not answer makes way for the next.")
        let userName = reader.optional("username", .string, "Who logs in; nobody, if not given.")
        let password = reader.optional("password", .secret, "Where the password is.")
        let tls: TLSConfiguration? = reader.optional("tls", .object(), "How the servers prove who they are.")
        let timeout = reader.optional(
            "timeout", .duration, default: .seconds(10), "How long one request may take, its answer included.")
        client = EtcdClient.Settings(
            endpoints: endpoints,
            connection: HTTPConnection(trust: tls?.trust ?? .systemAuthorities, identity: tls?.identity),
            userName: userName, password: password, timeout: timeout)
        prefix = reader.optional("prefix", .string, default: "/guestwatch/events/", "What every key begins with.")
        timeToLive = reader.optional(
            "timeToLive", .duration, "How long an event is held: as \"expires\" says if not given, or a day.")
        if endpoints.isEmpty || endpoints.count > Self.mostEndpoints {
            reader.problem("\"endpoints\": name 1 to \(Self.mostEndpoints) members of one cluster")
        }
        if (userName == nil) != (password == nil) { reader.problem("\"username\" and \"password\" go together") }
        if timeout < .milliseconds(100) { reader.problem("timeout: too short for an answer; write \"1s\" or more") }
        if let timeToLive, timeToLive < .seconds(60) || timeToLive > Self.longestTimeToLive {
            reader.problem("timeToLive: not between \"1m\" and \"3650d\"")
        }
    }

    /// Each may use up the whole timeout.
    private static let mostEndpoints = 16
    private static let longestTimeToLive = Duration.seconds(86_400 * 3650)
}
