import CLinux

/// The memory of this process, in which passwords are.
package enum ProcessMemory {
    // SAFETY: the call takes and gives no memory.

    /// Keeps it from core files and from other processes of this user: prctl(2), `PR_SET_DUMPABLE`. Programs started by
    /// this one get it back: nothing of this memory is theirs.
    package static func hide() {
        // Where a kernel forbids it nothing else is harmed.
        _ = gw_hide_memory()
    }
}
