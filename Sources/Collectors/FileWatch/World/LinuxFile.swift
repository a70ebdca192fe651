import Glibc
package import Platform

/// A file of this host that is read at places: plain, or packed by gzip.
package final class LinuxFile: OpenedFile {
    /// `SEEK_DATA` of lseek(2), which the module map does not offer.
    private static let seekContent: Int32 = 3

    private let descriptor: Descriptor
    private let path: String
    private let unpacking: GzipReader?

    /// Takes over the descriptor. A file is packed when it is called so and begins so.
    init(_ descriptor: Descriptor, path: String) throws(SystemError) {
        (self.descriptor, self.path) = (descriptor, path)
        let begins = path.hasSuffix(GzipReader.suffix) ? try Self.read(descriptor, path, at: 0, upTo: 2) : []
        unpacking = begins == GzipReader.magic ? GzipReader() : nil
    }

    package var isPacked: Bool { unpacking != nil }

    package func look() throws(SystemError) -> FileLook {
        var status = stat()
        guard fstat(descriptor.raw, &status) == 0 else { throw SystemError("look at", path) }
        return FileLook(status)
    }

    package func read(at offset: UInt64, upTo count: Int) throws(SystemError) -> [UInt8] {
        guard let unpacking else { return try Self.read(descriptor, path, at: offset, upTo: count) }
        return try unpacking.read(at: offset, upTo: count) { [descriptor, path] (offset, count) throws(SystemError) in
            try Self.read(descriptor, path, at: offset, upTo: count)
        }
    }

    package func content(after offset: UInt64) -> UInt64? {
        guard unpacking == nil else { return offset }
        let place = lseek(descriptor.raw, off_t(clamping: offset), Self.seekContent)
        if place >= 0 { return UInt64(place) }
        // Beyond the last of the content, or a file system that knows no holes.
        return errno == ENXIO ? nil : offset
    }

    private static func read(
        _ descriptor: Descriptor, _ path: String, at offset: UInt64, upTo count: Int
    ) throws(SystemError) -> [UInt8] {
        let number = descriptor.raw
        var failure: Int32?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            // SAFETY: pread(2) writes at most the rest of the buffer, and says how much of it.
            while filled < count, let start = buffer.baseAddress {
                let status = pread(number, start + filled, count - filled, off_t(clamping: offset) + off_t(filled))
                if status > 0 {
                    filled += status
                } else if status == 0 {
                    return
                } else if errno != EINTR {
                    failure = errno
                    return
                }
            }
        }
        if let failure { throw SystemError("read", path, code: failure) }
        return bytes
    }
}
