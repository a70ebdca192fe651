import Glibc

/// Why a call of the system failed, and nothing else: `errno`. For calls that are made by the ten thousand, of which
/// many fail because what they look at is gone.
package struct SystemCode: Error, Sendable, Hashable {
    package var code: Int32

    /// Takes `errno` as the failed call left it.
    package init(_ code: Int32 = errno) {
        self.code = code
    }

    /// What was asked for is not there, or no more: `ENOENT`, `ESRCH`, `ENODEV`.
    package var isGone: Bool { code == ENOENT || code == ESRCH || code == ENODEV || code == ENOTDIR }

    /// It is there and not for us: `EACCES`, `EPERM`.
    package var isRefused: Bool { code == EACCES || code == EPERM }
}
