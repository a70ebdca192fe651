public import AgentCore

/// A collector under its name in `collectors.json`.
public struct NamedCollector: Sendable {
    /// Unique among the collectors; the journal keeps the checkpoint under it.
    public var name: String
    public var kind: String
    /// What of its events is left out or cut.
    public var limits: PublishLimits
    public var collector: any Collector

    public init<Plugin: Collector>(name: String, limits: PublishLimits = PublishLimits(), collector: Plugin) {
        (self.name, self.kind, self.collector) = (name, Plugin.kind, collector)
        self.limits = limits
    }
}

/// A sink under its name in `collectors.json`, with what it wants.
public struct NamedSink: Sendable {
    /// Unique among the sinks; the journal keeps the cursor under it.
    public var name: String
    public var kind: String
    /// What does not match is filtered: counted and acknowledged without delivery.
    public var filter: EventFilter
    /// The most one `deliver` is given.
    public var batch: ReadLimit
    /// How deliveries are made and given up; not more workers than the kind allows.
    public var policy: DeliveryPolicy
    public var traits: SinkTraits
    public var sink: any Sink

    public init<Plugin: Sink>(
        name: String, filter: EventFilter = EventFilter(), batch: ReadLimit = ReadLimit(),
        policy: DeliveryPolicy = DeliveryPolicy(), sink: Plugin
    ) {
        (self.name, self.kind, self.sink, traits) = (name, Plugin.kind, sink, Plugin.traits)
        (self.filter, self.batch, self.policy) = (filter, batch, policy)
        self.policy.workers = max(1, min(policy.workers, Plugin.traits.workers))
    }
}
