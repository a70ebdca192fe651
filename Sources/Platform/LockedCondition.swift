import CLinux
import Glibc

/// A value behind a lock, and threads that wait for it to change: for threads of our own, which may block. Tasks wait
/// for other things.
package final class LockedCondition<Value>: @unchecked Sendable {
    /// What a thread that looked at the value does next.
    package enum Step<Result> {
        case done(Result)
        /// Sleep until another thread rings, but no longer than this.
        case sleep(atMost: Duration?)
    }

    // SAFETY: `value` is only touched while `mutex` is held; mutex and condition live at fixed addresses until deinit,
    // and nobody sleeps here without holding a reference to this object.
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>
    private var value: Value

    package init(_ value: sending Value) {
        self.value = value
        mutex = .allocate(capacity: 1)
        condition = .allocate(capacity: 1)
        pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(condition, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    /// Runs `body` with exclusive access to the value. It must not wait or call out.
    package func withLock<Result>(_ body: (inout sending Value) -> sending Result) -> sending Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return body(&value)
    }

    /// Changes the value, and wakes all sleeping threads to look at it. `body` must not wait or call out.
    package func change<Result>(_ body: (inout sending Value) -> sending Result) -> sending Result {
        defer { ringAll() }
        return withLock(body)
    }

    /// Looks at the value, again after each sleep, until `body` is done.
    package func wait<Result>(_ body: (inout sending Value) -> sending Step<Result>) -> sending Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while true {
            switch body(&value) {
            case .done(let result): return result
            case .sleep(let limit): sleep(limit)
            }
        }
    }

    private func sleep(_ limit: Duration?) {
        guard let limit else {
            pthread_cond_wait(condition, mutex)
            return
        }
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        let nanoseconds = time.tv_nsec + Int(limit.components.attoseconds / 1_000_000_000)
        time.tv_sec += Int(limit.components.seconds) + nanoseconds / 1_000_000_000
        time.tv_nsec = nanoseconds % 1_000_000_000
        pthread_cond_timedwait(condition, mutex, &time)
    }

    /// Wakes one sleeping thread.
    package func ring() {
        pthread_cond_signal(condition)
    }

    /// Wakes all sleeping threads.
    package func ringAll() {
        pthread_cond_broadcast(condition)
    }
}
