public import HTTPClient

/// What the composition root hands to a collector: its name and the world.
public struct CollectorContext: Sendable {
    /// The name in `collectors.json`; unique among the collectors.
    public var name: String
    public var clock: AgentClock
    /// The host the agent runs on.
    public var host: HostView
    /// Makes the transport for one endpoint and its trust settings; a recording or a replay in `record` and `test`.
    public var transport: @Sendable (HTTPConnection) throws -> any HTTPTransport
    /// Reads secrets by reference: environment and files.
    public var secrets: SecretStore
    /// What the collectors of one agent know together.
    public var shared: SharedValues

    public init(
        name: String, clock: AgentClock, host: HostView = HostView(name: "localhost", under: ""),
        transport: @escaping @Sendable (HTTPConnection) throws -> any HTTPTransport, secrets: SecretStore,
        shared: SharedValues = SharedValues()
    ) {
        (self.name, self.clock, self.host, self.transport) = (name, clock, host, transport)
        (self.secrets, self.shared) = (secrets, shared)
    }
}
