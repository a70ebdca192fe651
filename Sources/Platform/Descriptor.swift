import Glibc

/// A file descriptor with an owner: closed when the last reference goes, or before that by `close`.
///
/// Whoever waits for it in a `Readiness` takes it out there first.
package final class Descriptor: @unchecked Sendable {
    // SAFETY: `number` changes once, from open to closed, by an atomic exchange under the lock.
    private let number: Locked<Int32>

    /// Takes over an open descriptor.
    package init(_ number: Int32) {
        self.number = Locked(number)
    }

    deinit {
        close()
    }

    /// The number for system calls; -1 once closed: a call with it fails with `EBADF` and touches nothing else.
    package var raw: Int32 { number.withLock { $0 } }

    /// Closes it; more than once does no harm.
    package func close() {
        let open = number.withLock { number in
            defer { number = -1 }
            return number
        }
        if open >= 0 { _ = Glibc.close(open) }
    }

    /// Opens a file.
    package static func open(_ path: String, _ flags: Int32) throws(SystemError) -> Descriptor {
        let number = Glibc.open(path, flags | O_CLOEXEC)
        guard number >= 0 else { throw SystemError("open", path) }
        return Descriptor(number)
    }

    /// Reads what there is, at most `limit` bytes; empty at the end. Nil when it would have to wait (`EAGAIN`).
    package func read(upTo limit: Int, of object: String = "a descriptor") throws(SystemError) -> [UInt8]? {
        while true {
            var status = 0
            let number = raw
            let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
                // SAFETY: read(2) writes at most `limit` bytes into the buffer it is given.
                status = Glibc.read(number, buffer.baseAddress, limit)
                count = max(0, status)
            }
            if status >= 0 { return bytes }
            let code = errno
            if code == EAGAIN { return nil }
            if code != EINTR { throw SystemError("read", object, code: code) }
        }
    }
}
