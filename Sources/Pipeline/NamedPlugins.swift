package import AgentCore

/// A collector under its name in `collectors.json`.
package struct NamedCollector: Sendable {
    /// Unique among the collectors; the journal keeps the checkpoint under it.
    package var name: String
    package var kind: String
    /// What of its events is left out or cut.
    package var limits: PublishLimits
    package var collector: any Collector

    package init<Plugin: Collector>(name: String, limits: PublishLimits = PublishLimits(), collector: Plugin) {
        (self.name, self.kind, self.collector) = (name, Plugin.kind, collector)
        self.limits = limits
    }
}

/// A sink under its name in `collectors.json`, with what it wants.
package struct NamedSink: Sendable {
    /// Unique among the sinks; the journal keeps the cursor under it.
    package var name: String
    package var kind: String
    /// What does not match is filtered: counted and acknowledged without delivery.
    package var filter: EventFilter
    /// The most one `deliver` is given.
    package var batch: ReadLimit
    /// How deliveries are made and given up; not more workers than the kind allows.
    package var policy: DeliveryPolicy
    package var traits: SinkTraits
    package var sink: any Sink

    package init<Plugin: Sink>(
        name: String, filter: EventFilter = EventFilter(), batch: ReadLimit = ReadLimit(),
        policy: DeliveryPolicy = DeliveryPolicy(), sink: Plugin
    ) {
        (self.name, self.kind, self.sink, traits) = (name, Plugin.kind, sink, Plugin.traits)
        (self.filter, self.batch, self.policy) = (filter, batch, policy)
        self.policy.workers = max(1, min(policy.workers, Plugin.traits.workers))
    }
}
