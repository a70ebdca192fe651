public import HTTPClient

/// What the composition root hands to a collector: its name and the world.
public struct CollectorContext: Sendable {
    /// The name in `collectors.json`; unique among the collectors.
    public var name: String
    public var clock: AgentClock
    /// Makes the transport for one endpoint and its trust settings; a recording or a replay in `record` and `test`.
    public var transport: @Sendable (HTTPConnection) throws -> any HTTPTransport
    /// Reads secrets by reference: environment and files.
    public var secrets: SecretStore

    public init(
        name: String, clock: AgentClock, transport: @escaping @Sendable (HTTPConnection) throws -> any HTTPTransport,
        secrets: SecretStore
    ) {
        (self.name, self.clock, self.transport, self.secrets) = (name, clock, transport, secrets)
    }
}
