public import CLinux

/// A value behind a lock: the one way shared state is kept outside actors.
///
/// A pthread mutex, because ThreadSanitizer understands it and it is faster than a futex in Swift here. Whoever finds
/// it taken looks again for a while before the kernel is asked, which takes longer than the lock is held. So hold it
/// for moments: never wait, call out or suspend inside `withLock`. Public, because only what is public is inlined into
/// other modules; nobody sees this one from outside the package.
public final class Locked<Value>: @unchecked Sendable {
    // SAFETY: `value` is only touched while `mutex` is held; both live at fixed addresses until deinit. The value is
    // reached by a pointer, because the lock alone keeps accesses apart: checking it again would cost more than the
    // lock.
    @usableFromInline let mutex: UnsafeMutablePointer<pthread_mutex_t>
    @usableFromInline let value: UnsafeMutablePointer<Value>

    /// Guards a value.
    public init(_ value: sending Value) {
        self.value = .allocate(capacity: 1)
        self.value.initialize(to: value)
        mutex = .allocate(capacity: 1)
        var attributes = pthread_mutexattr_t()
        pthread_mutexattr_init(&attributes)
        pthread_mutexattr_settype(&attributes, Int32(PTHREAD_MUTEX_ADAPTIVE_NP))
        pthread_mutex_init(mutex, &attributes)
        pthread_mutexattr_destroy(&attributes)
    }

    deinit {
        value.deinitialize(count: 1)
        value.deallocate()
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    /// Runs `body` with exclusive access to the value.
    @inlinable
    public func withLock<Result, Failure: Error>(
        _ body: (inout sending Value) throws(Failure) -> sending Result
    ) throws(Failure) -> sending Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try body(&value.pointee)
    }
}
