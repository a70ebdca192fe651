import CLinux
import Glibc

/// Waits for many descriptors at once, on the thread that calls: epoll(7), with a wake-up from any other thread.
///
/// For a collector that lives on a thread of its own (`ThreadExecutor`): one `wait` in its poll, woken by
/// `withTaskCancellationHandler`. A descriptor is level-triggered: what is not read is told again.
package final class Readiness: @unchecked Sendable {
    // SAFETY: the kernel locks an epoll set; both descriptors live until deinit, and nothing else is stored.
    private let set: Int32
    private let wakeUp: Int32

    /// What a descriptor is waited for.
    package struct Interest: OptionSet, Sendable {
        package var rawValue: UInt32

        package init(rawValue: UInt32) {
            self.rawValue = rawValue
        }

        package static let readable = Interest(rawValue: EPOLLIN.rawValue)
        package static let writable = Interest(rawValue: EPOLLOUT.rawValue)
        /// `POLLPRI`: how cgroup files and pressure triggers speak.
        package static let priority = Interest(rawValue: EPOLLPRI.rawValue)
        /// Always told, asked for or not.
        package static let hungUp = Interest(rawValue: EPOLLHUP.rawValue)
        /// Always told, asked for or not.
        package static let failed = Interest(rawValue: EPOLLERR.rawValue)
    }

    /// A descriptor that has something, by the token it was added with.
    package struct Ready: Sendable {
        package var token: UInt64
        package var what: Interest
    }

    /// Told at once by one `wait`, at the most; the rest is told by the next.
    private static let readyLimit = 256
    /// The token of the wake-up: no caller's.
    private static let wakeToken = UInt64.max

    package init() throws(SystemError) {
        set = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard set >= 0 else { throw SystemError("make", "an epoll set") }
        wakeUp = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        guard wakeUp >= 0 else {
            let code = errno
            close(set)
            throw SystemError("make", "an eventfd", code: code)
        }
        try add(wakeUp, for: .readable, token: Self.wakeToken)
    }

    deinit {
        close(wakeUp)
        close(set)
    }

    /// Waits for a descriptor from now on. `token` is anything but `UInt64.max`.
    package func add(_ descriptor: Int32, for interest: Interest, token: UInt64) throws(SystemError) {
        var event = epoll_event(events: interest.rawValue, data: epoll_data_t(u64: token))
        guard epoll_ctl(set, EPOLL_CTL_ADD, descriptor, &event) == 0 else {
            throw SystemError("wait for", "descriptor \(descriptor)")
        }
    }

    /// Waits for it no more; one that is not in the set is fine.
    package func remove(_ descriptor: Int32) {
        _ = epoll_ctl(set, EPOLL_CTL_DEL, descriptor, nil)
    }

    /// Blocks until a descriptor has something, `wake` was called or `limit` has passed; nil is no limit. Empty in the
    /// last two cases. Shorter than a millisecond counts as one.
    package func wait(upTo limit: Duration?) throws(SystemError) -> [Ready] {
        let milliseconds = limit.map { limit in
            let (seconds, attoseconds) = limit.components
            let whole = seconds.clamped(to: 0...86_400) * 1000 + attoseconds / 1_000_000_000_000_000
            return limit <= .zero ? 0 : Int32(max(1, whole))
        }
        var count: Int32 = 0
        let events = [epoll_event](unsafeUninitializedCapacity: Self.readyLimit) { buffer, filled in
            // SAFETY: epoll_wait(2) writes at most the given number of events into the buffer and says how many.
            count = epoll_wait(set, buffer.baseAddress, Int32(Self.readyLimit), milliseconds ?? -1)
            filled = Int(max(0, count))
        }
        if count < 0 {
            let code = errno
            if code == EINTR { return [] }
            throw SystemError("wait for", "descriptors", code: code)
        }
        return events.compactMap { event in
            guard event.data.u64 != Self.wakeToken else {
                var drained: UInt64 = 0
                _ = read(wakeUp, &drained, 8)
                return nil
            }
            return Ready(token: event.data.u64, what: Interest(rawValue: event.events))
        }
    }

    /// Ends the `wait` under way, or the next one. From any thread.
    package func wake() {
        var one: UInt64 = 1
        _ = write(wakeUp, &one, 8)
    }
}

extension Comparable {
    fileprivate func clamped(to range: ClosedRange<Self>) -> Self {
        min(max(self, range.lowerBound), range.upperBound)
    }
}
