import CZlib
import Glibc
package import Platform

/// Reads a gzip file (RFC 1952, of one part or several) as if it were unpacked, at rising places.
///
/// Keeps the last `window` bytes it unpacked: a place before them costs unpacking from the beginning.
package final class GzipReader {
    // SAFETY: the stream stands at one address from init to deinit, as zlib demands; its pointers into the buffers are
    // only used within the call that sets them.

    /// What a packed file is called.
    static let suffix = ".gz"
    /// What it begins with.
    static let magic: [UInt8] = [0x1F, 0x8B]
    private static let packedBytes = 64 << 10
    private static let unpackedBytes = 256 << 10
    /// The largest window, plus 16 for the gzip format.
    private static let windowBits: Int32 = 15 + 16

    private let stream: UnsafeMutablePointer<z_stream>
    /// Packed bytes used so far.
    private var packed: UInt64 = 0
    /// Unpacked, from `start` on.
    private var window: [UInt8] = []
    private var start: UInt64 = 0
    private var isBegun = false
    private var isAtEnd = false

    package init() {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
    }

    deinit {
        if isBegun { inflateEnd(stream) }
        stream.deallocate()
    }

    /// The unpacked bytes at a place; fewer than asked only at the end. `packed` reads the file itself.
    ///
    /// Throws `EILSEQ` for bytes that are not in the format, `ENODATA` for a file that is not whole (yet).
    package func read(
        at offset: UInt64, upTo count: Int, _ source: (UInt64, Int) throws(SystemError) -> [UInt8]
    ) throws(SystemError) -> [UInt8] {
        if !isBegun || offset < start { try begin() }
        let (sum, isBeyond) = offset.addingReportingOverflow(UInt64(count))
        let end = isBeyond ? .max : sum
        while !isAtEnd, start + UInt64(window.count) < end {
            // What lies before the place asked for is not asked for again.
            if offset > start {
                let passed = min(window.count, Int(clamping: offset - start))
                window.removeFirst(passed)
                start += UInt64(passed)
            }
            try unpack(source)
        }
        guard offset >= start, offset < start + UInt64(window.count) else { return [] }
        return Array(window[Int(offset - start)...].prefix(count))
    }

    private func begin() throws(SystemError) {
        if isBegun { inflateEnd(stream) }
        stream.pointee = z_stream()
        let status = inflateInit2_(stream, Self.windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        isBegun = status == Z_OK
        guard isBegun else { throw SystemError("unpack", "a gzip file", code: ENOMEM) }
        (packed, start, window, isAtEnd) = (0, 0, [], false)
    }

    private func unpack(_ source: (UInt64, Int) throws(SystemError) -> [UInt8]) throws(SystemError) {
        var input = try source(packed, Self.packedBytes)
        // Whole parts may end where the file ends; in the midst of one it is not whole.
        guard !input.isEmpty else { throw SystemError("unpack", "a gzip file that is not whole", code: ENODATA) }
        var status = Z_OK
        let given = input.count
        var left = given
        input.withUnsafeMutableBufferPointer { input in
            stream.pointee.next_in = input.baseAddress
            stream.pointee.avail_in = UInt32(given)
            window += [UInt8](unsafeUninitializedCapacity: Self.unpackedBytes) { output, filled in
                stream.pointee.next_out = output.baseAddress
                stream.pointee.avail_out = UInt32(output.count)
                status = inflate(stream, Z_NO_FLUSH)
                filled = output.count - Int(stream.pointee.avail_out)
            }
            left = Int(stream.pointee.avail_in)
            stream.pointee.next_in = nil
        }
        packed += UInt64(given - left)
        switch status {
        case Z_OK, Z_BUF_ERROR: break
        case Z_STREAM_END:
            // Another part follows, or padding, which ends the content.
            let next = try source(packed, 2)
            if next == Self.magic { inflateReset(stream) } else { isAtEnd = true }
        default: throw SystemError("unpack", "a damaged gzip file", code: EILSEQ)
        }
    }
}
