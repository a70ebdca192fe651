// Records about users and groups.

extension SchedulerRecord {
    /// Whose usage or limit it is.
    public enum Account: Sendable, Hashable, CaseIterable {
        case user
        case group
    }

    /// An account uses more of a queue.
    public static func usageRaised(_ account: Account, _ name: String, queue: String, resource: Resource) -> Self {
        Self(
            account == .user ? "user.usage-raised" : "group.usage-raised", .add, account.usage, of: name, to: queue,
            resource: resource, "The \(account) uses more of the queue.")
    }

    /// An account uses less of a queue.
    public static func usageLowered(_ account: Account, _ name: String, queue: String, resource: Resource) -> Self {
        Self(
            account == .user ? "user.usage-lowered" : "group.usage-lowered", .remove, account.usage, of: name,
            to: queue, resource: resource, "The \(account) uses less of the queue.")
    }

    /// A limit of an account was set.
    public static func limitSet(_ account: Account, _ name: String, queue: String, resource: Resource) -> Self {
        Self(
            account == .user ? "user.limit-set" : "group.limit-set", .set, account.limit, of: name, to: queue,
            resource: resource, "A limit of the \(account) was set.")
    }

    /// A limit of an account was taken away.
    public static func limitCleared(_ account: Account, _ name: String, queue: String) -> Self {
        Self(
            account == .user ? "user.limit-cleared" : "group.limit-cleared", .remove, account.limit, of: name,
            to: queue, "A limit of the \(account) was cleared.")
    }

    /// An application counts for a group from now on.
    public static func applicationLinked(_ application: String, to group: String) -> Self {
        Self(
            "group.application-linked", .set, .applicationLink, of: group, to: application,
            "An application was linked to the group.")
    }

    /// An application counts for a group no more.
    public static func applicationUnlinked(_ application: String, from group: String) -> Self {
        Self(
            "group.application-unlinked", .remove, .applicationLink, of: group, to: application,
            "An application was unlinked from the group.")
    }
}

extension SchedulerRecord.Account {
    fileprivate var usage: SchedulerDetail { self == .user ? .userUsage : .groupUsage }
    fileprivate var limit: SchedulerDetail { self == .user ? .userLimit : .groupLimit }
}
