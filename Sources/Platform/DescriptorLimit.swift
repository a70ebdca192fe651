import Glibc

/// How many descriptors the process may have open.
package enum DescriptorLimit {
    /// Raises it to what the system allows, for who keeps one for each guest of the host; gives the limit then.
    @discardableResult
    package static func raise() -> UInt64 {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(7), &limit) == 0 else { return 0 }
        if limit.rlim_cur < limit.rlim_max {
            limit.rlim_cur = limit.rlim_max
            _ = setrlimit(__rlimit_resource_t(7), &limit)
            _ = getrlimit(__rlimit_resource_t(7), &limit)
        }
        return UInt64(limit.rlim_cur)
    }
}
