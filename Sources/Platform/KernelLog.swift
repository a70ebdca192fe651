import Glibc

/// The kernel's log as it is written: `/dev/kmsg`, from now on.
package final class KernelLog: Sendable {
    /// What `next` found.
    package enum Read: Sendable, Hashable {
        /// A whole line, with its head: `4,1021,90847123,-;oom-kill:constraint=…`.
        case line([UInt8])
        /// Nothing, at present.
        case nothing
        /// Lines were overwritten before they were read: look for yourself (`EPIPE`).
        case overrun
    }

    /// The kernel's own limit for a line (`CONSOLE_EXT_LOG_MAX`).
    private static let lineLimit = 8192

    private let descriptor: Descriptor

    /// Opens the log and passes over what it holds. Throws `EPERM` or `EACCES` without the right to read it.
    package init(_ path: String) throws(SystemError) {
        descriptor = try Descriptor.open(path, O_RDONLY | O_NONBLOCK)
        _ = lseek(descriptor.raw, 0, SEEK_END)
    }

    /// For `Readiness`: readable when there are lines.
    package var raw: Int32 { descriptor.raw }

    /// The next line, without waiting.
    package func next() throws(SystemError) -> Read {
        do {
            guard let bytes = try descriptor.read(upTo: Self.lineLimit, of: "the kernel's log") else { return .nothing }
            return bytes.isEmpty ? .nothing : .line(bytes)
        } catch {
            if error.code == EPIPE { return .overrun }
            throw error
        }
    }

    /// Reads nothing any more.
    package func close() {
        descriptor.close()
    }
}
