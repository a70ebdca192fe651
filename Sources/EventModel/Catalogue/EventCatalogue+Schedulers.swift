extension EventCatalogue {
    /// What schedulers of applications tell: see `SchedulerRecord`.
    ///
    /// One line for each type: the type, two spaces, one sentence.
    static let schedulers = """
        application.added  An application was submitted.
        application.allocation-added  An allocation was made for the application.
        application.allocation-removed  An allocation was taken from the application; the detail says why.
        application.queue-blocked  The queue has no room for the application.
        application.queue-unblocked  The queue has room for the application.
        application.quota-blocked  The user's quota has no room for the application.
        application.quota-unblocked  The user's quota has room for the application.
        application.removed  An application is gone.
        application.request-added  The application asks for an allocation.
        application.request-removed  The application asks no more; the detail says why.
        application.state-changed  The application came to another state; the detail says which.

        request.placeholder-larger  A placeholder asks for more than the request it holds the place for.
        request.predicate-failed  No node suits the request; the message counts the reasons.
        request.preempted  The request's allocation was taken for another one.
        request.preempted-by-quota  The request's allocation was taken because a quota was lowered.
        request.preemption-failed  Nothing could be preempted on the one node the request needs.
        request.queue-headroom-exceeded  The request is larger than what its queue has left.
        request.queue-headroom-regained  The request fits in what its queue has left.
        request.user-quota-exceeded  The request is larger than what its user's quota has left.
        request.user-quota-regained  The request fits in what its user's quota has left.

        node.added  A node can be used.
        node.allocation-added  Something was allocated on the node.
        node.allocation-removed  An allocation on the node ended.
        node.capacity-changed  The capacity of the node changed.
        node.occupied-changed  Others than the scheduler occupy more or less of the node.
        node.removed  A node is used no more.
        node.reservation-added  The node was reserved for a request.
        node.reservation-removed  A reservation of the node ended.
        node.schedulable-changed  Whether new allocations may be made on the node changed.

        queue.added  A queue was made.
        queue.application-added  An application came to the queue.
        queue.application-removed  An application left the queue.
        queue.guaranteed-changed  What the queue is sure to have changed.
        queue.maximum-changed  The most the queue may use changed.
        queue.quota-preempted  Allocations were preempted because the queue's quota was lowered.
        queue.removed  A queue is gone.
        queue.type-changed  The queue became one that holds applications, or one that holds queues.

        user.limit-cleared  A limit of the user was taken away.
        user.limit-set  A limit of the user was set.
        user.usage-lowered  The user uses less of a queue.
        user.usage-raised  The user uses more of a queue.

        group.application-linked  An application counts for the group from now on.
        group.application-unlinked  An application counts for the group no more.
        group.limit-cleared  A limit of the group was taken away.
        group.limit-set  A limit of the group was set.
        group.usage-lowered  The group uses less of a queue.
        group.usage-raised  The group uses more of a queue.
        """
}
