// Records about requests: what an application asks for, until it has it.

extension SchedulerRecord {
    /// A placeholder of a group asks for more than the group's request.
    public static func placeholderLarger(
        _ placeholder: String, of application: String, group: String, placeholderResource: Resource,
        requestResource: Resource
    ) -> Self {
        Self(
            "request.placeholder-larger", .none, of: placeholder, to: application, resource: placeholderResource,
            severity: .warning,
            "The placeholder of the group \"\(group)\" holds \(placeholderResource.text), more than the "
                + "\(requestResource.text) requested.")
    }

    /// A request is larger than what its queue has left.
    public static func queueHeadroomExceeded(
        by request: String, of application: String, queue: String, resource: Resource
    ) -> Self {
        Self(
            "request.queue-headroom-exceeded", .none, of: request, to: application, resource: resource,
            severity: .notice, "The request exceeds what the queue \"\(queue)\" has left.")
    }

    /// A request that was too large for its queue fits.
    public static func queueHeadroomRegained(
        for request: String, of application: String, queue: String, resource: Resource
    ) -> Self {
        Self(
            "request.queue-headroom-regained", .none, of: request, to: application, resource: resource,
            "The request fits in what the queue \"\(queue)\" has left.")
    }

    /// A request is larger than what its user's quota has left.
    public static func userQuotaExceeded(by request: String, of application: String, resource: Resource) -> Self {
        Self(
            "request.user-quota-exceeded", .none, of: request, to: application, resource: resource, severity: .notice,
            "The request exceeds what the user's quota has left.")
    }

    /// A request that was too large for its user's quota fits.
    public static func userQuotaRegained(for request: String, of application: String, resource: Resource) -> Self {
        Self(
            "request.user-quota-regained", .none, of: request, to: application, resource: resource,
            "The request fits in what the user's quota has left.")
    }

    /// No node suits a request; `reasons` counts the nodes by what spoke against them. To be limited by whoever
    /// publishes it: it comes with every round of the scheduler.
    public static func predicateFailed(
        for request: String, of application: String, reasons: [String: Int], resource: Resource
    ) -> Self {
        Self(
            "request.predicate-failed", .none, of: request, to: application, resource: resource, severity: .notice,
            "No node suits the request: \(Self.counted(reasons)).")
    }

    /// Nothing could be preempted for a request that needs one certain node. To be limited, as `predicateFailed`.
    public static func requiredNodePreemptionFailed(
        for request: String, of application: String, node: String, reasons: [String: Int], resource: Resource
    ) -> Self {
        Self(
            "request.preemption-failed", .none, of: request, to: application, resource: resource, severity: .notice,
            "Nothing can be preempted on the node \"\(node)\": \(Self.counted(reasons)).")
    }

    /// A request's allocation was taken for another one.
    public static func preempted(
        _ request: String, of application: String, by preemptor: String, resource: Resource
    ) -> Self {
        Self(
            "request.preempted", .none, of: request, to: application, resource: resource, severity: .warning,
            "The allocation was preempted for \"\(preemptor)\".")
    }

    /// A request's allocation was taken because its queue's quota was lowered.
    public static func preemptedByQuota(
        _ request: String, of application: String, queue: String, resource: Resource
    ) -> Self {
        Self(
            "request.preempted-by-quota", .none, of: request, to: application, resource: resource, severity: .warning,
            "The allocation was preempted because the quota of the queue \"\(queue)\" was lowered.")
    }

    /// `node is full (3), port is taken (1)`: by name, so that the same reasons always give the same text.
    private static func counted(_ reasons: [String: Int]) -> String {
        reasons.sorted { $0.key < $1.key }.map { "\($0.key) (\($0.value))" }.joined(separator: ", ")
    }
}
