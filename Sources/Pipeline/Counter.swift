import Platform

/// Counts from 1.
final class Counter: Sendable {
    private let last = Locked<UInt64>(0)

    /// The next number: nobody else gets it.
    func next() -> UInt64 {
        last.withLock { last in
            last += 1
            return last
        }
    }
}
