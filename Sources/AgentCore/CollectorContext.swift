package import HTTPClient

/// What the composition root hands to a collector: its name and the world.
package struct CollectorContext: Sendable {
    /// The name in `collectors.json`; unique among the collectors.
    package var name: String
    package var clock: AgentClock
    /// Makes the transport for one endpoint and its trust settings; a recording or a replay in `record` and `test`.
    package var transport: @Sendable (HTTPConnection) throws -> any HTTPTransport
    /// Reads secrets by reference: environment and files.
    package var secrets: SecretStore

    package init(
        name: String, clock: AgentClock, transport: @escaping @Sendable (HTTPConnection) throws -> any HTTPTransport,
        secrets: SecretStore
    ) {
        (self.name, self.clock, self.transport, self.secrets) = (name, clock, transport, secrets)
    }
}
