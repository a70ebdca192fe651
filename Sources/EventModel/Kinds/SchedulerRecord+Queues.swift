// Records about queues.

extension SchedulerRecord {
    /// A queue was made; `isDynamic`: by the scheduler, not by the configuration.
    public static func queueAdded(_ queue: String, isDynamic: Bool) -> Self {
        Self("queue.added", .add, isDynamic ? .queueDynamic : .none, of: queue, "The queue was added.")
    }

    /// A queue is gone.
    public static func queueRemoved(_ queue: String, isDynamic: Bool) -> Self {
        Self("queue.removed", .remove, isDynamic ? .queueDynamic : .none, of: queue, "The queue was removed.")
    }

    /// An application came to a queue.
    public static func queueApplicationAdded(_ application: String, to queue: String) -> Self {
        Self(
            "queue.application-added", .add, .queueApplication, of: queue, to: application,
            "An application was added to the queue.")
    }

    /// An application left a queue.
    public static func queueApplicationRemoved(_ application: String, from queue: String) -> Self {
        Self(
            "queue.application-removed", .remove, .queueApplication, of: queue, to: application,
            "An application was removed from the queue.")
    }

    /// A queue became one that holds applications, or one that holds queues.
    public static func queueTypeChanged(_ queue: String, isLeaf: Bool) -> Self {
        Self("queue.type-changed", .set, .queueType, of: queue, "The queue is a leaf: \(isLeaf).")
    }

    /// The most a queue may use changed.
    public static func queueMaximumChanged(_ queue: String, maximum: Resource) -> Self {
        Self(
            "queue.maximum-changed", .set, .queueMaximum, of: queue, resource: maximum,
            "The most the queue may use changed.")
    }

    /// What a queue is sure to have changed.
    public static func queueGuaranteedChanged(_ queue: String, guaranteed: Resource) -> Self {
        Self(
            "queue.guaranteed-changed", .set, .queueGuaranteed, of: queue, resource: guaranteed,
            "What the queue is guaranteed changed.")
    }

    /// Allocations of a queue were preempted because its quota was lowered; `result` says how far that came.
    public static func queueQuotaPreempted(_ queue: String, result: String, resource: Resource) -> Self {
        Self("queue.quota-preempted", .set, .queuePreemption, of: queue, resource: resource, severity: .notice, result)
    }
}
