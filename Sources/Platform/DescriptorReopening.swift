import CLinux

/// Descriptors that were given to this process.
package enum DescriptorReopening {
    /// What a descriptor is connected to (a pipe, a terminal), opened once more for writing without waiting: the flags
    /// of the given one, which may be shared with other processes, stay as they are. Nil when the system does not allow
    /// it.
    ///
    /// The caller closes it.
    package static func writingWithoutWaiting(to descriptor: Int32) -> Int32? {
        let reopened = gw_reopen_for_writing(descriptor)
        return reopened < 0 ? nil : reopened
    }
}
