package import AgentCore
import HTTPClient

extension EtcdClient.Settings {
    /// Each may use up the whole timeout.
    private static let mostEndpoints = 16

    /// What `collectors.json` says about an etcd, whatever for. `timeout`: where it says none.
    package init(from reader: inout ConfigurationReader, timeout usual: Duration) {
        let endpoints = reader.required(
            "endpoints", .list(of: .url(schemes: ["https", "http"])),
            "The members of the cluster; one that does not answer makes way for the next.")
        let userName = reader.optional("username", .string, "Who logs in; nobody, if not given.")
        let password = reader.optional("password", .secret, "Where the password is.")
        let tls: TLSConfiguration? = reader.optional("tls", .object(), "How the servers prove who they are.")
        let timeout = reader.optional(
            "timeout", .duration, default: usual, "How long one request may take, its answer included.")
        self.init(
            endpoints: endpoints,
            connection: HTTPConnection(trust: tls?.trust ?? .systemAuthorities, identity: tls?.identity),
            userName: userName, password: password, timeout: timeout)
        if endpoints.isEmpty || endpoints.count > Self.mostEndpoints {
            reader.problem("\"endpoints\": name 1 to \(Self.mostEndpoints) members of one cluster")
        }
        if (userName == nil) != (password == nil) { reader.problem("\"username\" and \"password\" go together") }
        if timeout < .milliseconds(100) { reader.problem("timeout: too short for an answer; write \"1s\" or more") }
    }
}
