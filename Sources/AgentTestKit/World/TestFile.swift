import Glibc

/// Whole files, read and written in one go.
package enum TestFile {
    /// The bytes of a file; nil when it cannot be read.
    package static func read(_ path: String) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        while true {
            let piece = [UInt8](unsafeUninitializedCapacity: 256 * 1024) { buffer, count in
                // SAFETY: the kernel writes at most the capacity.
                count = max(0, Glibc.read(descriptor, buffer.baseAddress, buffer.count))
            }
            if piece.isEmpty { return bytes }
            bytes += piece
        }
    }

    /// The text of a file; nil when it cannot be read.
    package static func text(_ path: String) -> String? {
        read(path).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Makes or replaces a file. False when that fails.
    @discardableResult
    package static func write(_ bytes: some Sequence<UInt8>, to path: String) -> Bool {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var rest = Array(bytes)[...]
        while !rest.isEmpty {
            // SAFETY: the kernel reads at most the count.
            let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if written <= 0 { return false }
            rest = rest.dropFirst(written)
        }
        return true
    }

    /// Whether something is there that can be executed.
    package static func isExecutable(_ path: String) -> Bool {
        access(path, X_OK) == 0
    }

    /// Whether something is there.
    package static func exists(_ path: String) -> Bool {
        access(path, F_OK) == 0
    }
}
