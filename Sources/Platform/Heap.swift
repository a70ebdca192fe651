import CLinux

/// The C library's heap.
package enum Heap {
    /// Two arenas for all threads instead of eight per core: the agent has more threads than work, and every arena
    /// keeps the pages of its busiest moment. To be called before threads are started.
    package static func limitArenas() {
        _ = mallopt(M_ARENA_MAX, 2)
    }
}
