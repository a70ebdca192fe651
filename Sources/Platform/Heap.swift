import CLinux

/// The C library's heap.
package enum Heap {
    /// Two arenas for all threads instead of eight per core: the agent has more threads than work, and every arena
    /// keeps the pages of its busiest moment. To be called before threads are started.
    package static func limitArenas() {
        _ = mallopt(M_ARENA_MAX, 2)
    }

    /// Keeps up to 2 MiB of freed memory, and takes buffers of up to 4 MiB from it: a checkpoint or a row, made for
    /// each commit, otherwise goes back to the kernel each time, and comes again page by page.
    package static func keepFreed() {
        _ = mallopt(M_TRIM_THRESHOLD, 2 << 20)
        _ = mallopt(M_MMAP_THRESHOLD, 4 << 20)
    }
}
