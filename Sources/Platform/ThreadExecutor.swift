import CLinux
import Glibc

/// A serial executor on a thread of its own, for actors whose work blocks (a database, a disk): the cooperative pool,
/// with as many threads as the host has cores, stays free.
///
/// A hop costs about 5 µs: call it per batch, never per event. The thread starts with the first job and ends when
/// `stop()` was called and the queue is empty; a job that comes later still runs, on a thread that starts for it.
package final class ThreadExecutor: SerialExecutor, @unchecked Sendable {
    // SAFETY: `jobs`, `stopping` and `running` are only touched while `mutex` is held; mutex and condition live until
    // deinit, and the thread keeps the executor alive for as long as it runs.
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>
    private var jobs: [UnownedJob] = []
    private var stopping = false
    private var running = false
    private let name: String

    /// `name` is shown by top(1): 15 bytes at the most.
    package init(name: String) {
        self.name = name
        mutex = .allocate(capacity: 1)
        condition = .allocate(capacity: 1)
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        pthread_mutex_lock(mutex)
        jobs.append(job)
        let starts = !running
        running = true
        pthread_cond_signal(condition)
        pthread_mutex_unlock(mutex)
        if starts { Thread.start(name: name) { self.run() } }
    }

    package func asUnownedSerialExecutor() -> UnownedSerialExecutor {
        UnownedSerialExecutor(ordinary: self)
    }

    /// Lets the thread end once all that was enqueued is done. May be called more than once.
    package func stop() {
        pthread_mutex_lock(mutex)
        stopping = true
        pthread_cond_signal(condition)
        pthread_mutex_unlock(mutex)
    }

    private func run() {
        while let batch = next() {
            for job in batch { job.runSynchronously(on: asUnownedSerialExecutor()) }
        }
    }

    private func next() -> [UnownedJob]? {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while jobs.isEmpty {
            if stopping {
                running = false
                return nil
            }
            pthread_cond_wait(condition, mutex)
        }
        defer { jobs.removeAll(keepingCapacity: true) }
        return jobs
    }
}
