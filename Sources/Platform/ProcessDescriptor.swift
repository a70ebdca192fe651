import CLinux
import Glibc

/// One process, whatever becomes of its number: pidfd_open(2).
///
/// In a `Readiness` it is `readable` from the end of the process on, and `hungUp` once it was reaped, on kernels that
/// tell that; wait for one of the two, because both stay.
package final class ProcessDescriptor: Sendable {
    /// How a process ended.
    package enum Ending: Sendable, Hashable {
        /// It ended by itself, with this code.
        case exited(Int32)
        /// A signal ended it.
        case signaled(Int32)

        /// Takes a wait status apart, as waitpid(2) gives it.
        package init(waitStatus status: Int32) {
            let signal = status & 0x7F
            self = signal == 0 ? .exited((status >> 8) & 0xFF) : .signaled(signal)
        }
    }

    private let descriptor: Descriptor

    /// Throws `ESRCH` when there is no such process, and `ENOSYS` where the kernel knows no pidfd.
    package init(pid: Int32) throws(SystemError) {
        let number = gw_pidfd_open(pid)
        guard number >= 0 else { throw SystemError("watch the process", "\(pid)") }
        descriptor = Descriptor(number)
    }

    /// For `Readiness`.
    package var raw: Int32 { descriptor.raw }

    /// How it ended, for any process, not only children; nil while it was not reaped, and for ever on kernels before
    /// 6.15, which do not keep it.
    package func ending() -> Ending? {
        var status: Int32 = 0
        guard gw_pidfd_exit_status(descriptor.raw, &status) == 1 else { return nil }
        return Ending(waitStatus: status)
    }

    /// Whether it has ended, reaped or not: poll(2) without waiting.
    package var hasEnded: Bool {
        var waiting = pollfd(fd: descriptor.raw, events: Int16(POLLIN), revents: 0)
        return poll(&waiting, 1, 0) > 0
    }

    /// Waits for nothing any more.
    package func close() {
        descriptor.close()
    }
}
