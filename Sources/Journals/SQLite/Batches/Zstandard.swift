import CZstd

/// Compresses and decompresses whole frames by libzstd (RFC 8878): the only file that knows its C API.
///
/// Each frame carries its content's size and a checksum, so that what the disk changed is found. Used by one thread at
/// a time; the contexts are made when first they are needed and used again.
final class Zstandard {
    // SAFETY: both contexts come from libzstd and are freed once, in deinit. The class is not Sendable, so the compiler
    // keeps it within the actor (or the thread) that made it. Buffers handed to libzstd are used within the call only.
    private var compressor: OpaquePointer?
    private var decompressor: OpaquePointer?

    /// The fastest of the normal levels: JSON of events becomes a tenth, in half a microsecond each.
    private static let level: Int32 = 1

    deinit {
        ZSTD_freeCCtx(compressor)
        ZSTD_freeDCtx(decompressor)
    }

    /// The bytes as one frame; nil when memory is short.
    func compress(_ bytes: [UInt8]) -> [UInt8]? {
        if compressor == nil {
            compressor = ZSTD_createCCtx()
            ZSTD_CCtx_setParameter(compressor, ZSTD_c_compressionLevel, Self.level)
            ZSTD_CCtx_setParameter(compressor, ZSTD_c_checksumFlag, 1)
        }
        var code = 0
        let frame = [UInt8](unsafeUninitializedCapacity: ZSTD_compressBound(bytes.count)) { buffer, count in
            code = bytes.withUnsafeBytes {
                ZSTD_compress2(compressor, buffer.baseAddress, buffer.count, $0.baseAddress, $0.count)
            }
            count = ZSTD_isError(code) == 0 ? code : 0
        }
        return ZSTD_isError(code) == 0 ? frame : nil
    }

    /// The content of a frame; nil when it is damaged, or larger than `limit`.
    func decompress(_ frame: UnsafeRawBufferPointer, limit: Int) -> [UInt8]? {
        let size = ZSTD_getFrameContentSize(frame.baseAddress, frame.count)
        // The two largest values mean "unknown" and "no frame".
        guard size <= UInt64(limit) else { return nil }
        if decompressor == nil { decompressor = ZSTD_createDCtx() }
        var code = 0
        let content = [UInt8](unsafeUninitializedCapacity: Int(size)) { buffer, count in
            code = ZSTD_decompressDCtx(
                decompressor, buffer.baseAddress, buffer.count, frame.baseAddress, frame.count)
            count = ZSTD_isError(code) == 0 ? code : 0
        }
        return ZSTD_isError(code) == 0 && content.count == Int(size) ? content : nil
    }
}
