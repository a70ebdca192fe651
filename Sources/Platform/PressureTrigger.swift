import Glibc

/// Tells when tasks waited longer than a limit for CPU, memory or IO: a trigger of the kernel's pressure files.
///
/// In a `Readiness` it has `priority` each time, at most once in a window, and `failed` when its cgroup is gone.
package final class PressureTrigger: Sendable {
    private let descriptor: Descriptor

    /// Watches a pressure file, such as a cgroup's `memory.pressure`, for `stall` of waiting within `window`.
    ///
    /// Without `CAP_SYS_RESOURCE` the kernel takes only windows of a multiple of two seconds, and says `EINVAL` to
    /// others; `EOPNOTSUPP` where it was built or started without pressure figures.
    package init(_ path: String, stall: Duration, within window: Duration) throws(SystemError) {
        descriptor = try Descriptor.open(path, O_RDWR | O_NONBLOCK)
        let text = "some \(stall.wholeMicroseconds) \(window.wholeMicroseconds)"
        // The kernel wants the final zero.
        let bytes = Array(text.utf8) + [0]
        // SAFETY: write(2) reads no more than the bytes it is given.
        let written = bytes.withUnsafeBytes { write(descriptor.raw, $0.baseAddress, $0.count) }
        guard written == bytes.count else { throw SystemError("watch \"\(text)\" of", path) }
    }

    /// For `Readiness`.
    package var raw: Int32 { descriptor.raw }

    /// Watches no more.
    package func close() {
        descriptor.close()
    }
}

extension Duration {
    fileprivate var wholeMicroseconds: Int64 {
        components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000
    }
}
