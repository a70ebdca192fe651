import CZlib

/// Compresses bytes into the gzip format (RFC 1952), piece by piece.
final class GzipStream {
    // SAFETY: the stream stands at one address from init to deinit, as zlib demands; its pointers into the buffers are
    // only used within the call that sets them.

    /// The fastest: events shrink to about a tenth, and each level more costs more time than it saves bytes.
    private static let level: Int32 = 1
    /// The largest window, plus 16 for the gzip format.
    private static let windowBits: Int32 = 15 + 16
    private static let memoryLevel: Int32 = 8
    private static let pieceBytes = 64 << 10

    private let stream: UnsafeMutablePointer<z_stream>

    /// Nil when there is no memory for it.
    init?() {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        let status = deflateInit2_(
            stream, Self.level, Z_DEFLATED, Self.windowBits, Self.memoryLevel, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size))
        if status != Z_OK { return nil }
    }

    deinit {
        deflateEnd(stream)
        stream.deallocate()
    }

    /// The compressed bytes that are ready after `bytes`; with `isLast` all that are left, and the end of the format.
    func compress(_ bytes: [UInt8], isLast: Bool) -> [UInt8] {
        var input = bytes
        var output: [UInt8] = []
        input.withUnsafeMutableBufferPointer { input in
            stream.pointee.next_in = input.baseAddress
            stream.pointee.avail_in = UInt32(input.count)
            var left: UInt32 = 0
            repeat {
                output += [UInt8](unsafeUninitializedCapacity: Self.pieceBytes) { piece, filled in
                    stream.pointee.next_out = piece.baseAddress
                    stream.pointee.avail_out = UInt32(piece.count)
                    deflate(stream, isLast ? Z_FINISH : Z_NO_FLUSH)
                    left = stream.pointee.avail_out
                    filled = piece.count - Int(left)
                }
            } while left == 0
        }
        return output
    }
}
