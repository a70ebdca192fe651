// Records about nodes.

extension SchedulerRecord {
    /// A node can be used.
    public static func nodeAdded(_ node: String, capacity: Resource) -> Self {
        Self("node.added", .add, of: node, resource: capacity, "The node was added.")
    }

    /// A node is used no more.
    public static func nodeRemoved(_ node: String) -> Self {
        Self("node.removed", .remove, .nodeDecommissioned, of: node, "The node was removed.")
    }

    /// Something was allocated on a node.
    public static func nodeAllocationAdded(_ allocation: String, on node: String, resource: Resource) -> Self {
        Self(
            "node.allocation-added", .add, .nodeAllocation, of: node, to: allocation, resource: resource,
            "An allocation was added to the node.")
    }

    /// An allocation on a node ended.
    public static func nodeAllocationRemoved(_ allocation: String, on node: String, resource: Resource) -> Self {
        Self(
            "node.allocation-removed", .remove, .nodeAllocation, of: node, to: allocation, resource: resource,
            "An allocation was removed from the node.")
    }

    /// Others than the scheduler occupy more or less of a node.
    public static func nodeOccupiedChanged(_ node: String, occupied: Resource) -> Self {
        Self(
            "node.occupied-changed", .set, .nodeOccupied, of: node, resource: occupied,
            "What others occupy of the node changed.")
    }

    /// A node's capacity changed.
    public static func nodeCapacityChanged(_ node: String, capacity: Resource) -> Self {
        Self(
            "node.capacity-changed", .set, .nodeCapacity, of: node, resource: capacity,
            "The capacity of the node changed.")
    }

    /// Whether new allocations may be made on a node changed.
    public static func nodeSchedulableChanged(_ node: String, isSchedulable: Bool) -> Self {
        Self("node.schedulable-changed", .set, .nodeSchedulable, of: node, "The node is schedulable: \(isSchedulable).")
    }

    /// A node was reserved for a request.
    public static func nodeReserved(_ node: String, for request: String, resource: Resource) -> Self {
        Self(
            "node.reservation-added", .add, .nodeReservation, of: node, to: request, resource: resource,
            "The node was reserved.")
    }

    /// A node is reserved for a request no more.
    public static func nodeUnreserved(_ node: String, for request: String, resource: Resource) -> Self {
        Self(
            "node.reservation-removed", .remove, .nodeReservation, of: node, to: request, resource: resource,
            "The reservation of the node ended.")
    }
}
