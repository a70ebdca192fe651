/// What the kernel said about a cgroup of the watched hierarchy.
enum CgroupNotice: Sendable, Hashable {
    /// It is new; its own ones are told too.
    case created(String)
    case deleted(String)
    /// A process was put into it.
    case joined(String)
    /// It has processes now, or has none, or its processes were frozen or thawed.
    case changed(String)
    /// Its count of processes killed for want of memory may have grown.
    case outOfMemory(String)
    /// Notices were lost.
    case lost
}
