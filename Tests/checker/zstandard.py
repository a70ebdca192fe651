"""Decompresses zstd frames (RFC 8878) by the system's libzstd."""
import ctypes
import ctypes.util

_UNKNOWN, _NO_FRAME = 2**64 - 1, 2**64 - 2
# SQLite holds no larger value.
_LIMIT = 1_000_000_000

_library = ctypes.CDLL(ctypes.util.find_library("zstd") or "libzstd.so.1")
_library.ZSTD_getFrameContentSize.restype = ctypes.c_ulonglong
_library.ZSTD_getFrameContentSize.argtypes = [ctypes.c_char_p, ctypes.c_size_t]
_library.ZSTD_decompress.restype = ctypes.c_size_t
_library.ZSTD_decompress.argtypes = [ctypes.c_char_p, ctypes.c_size_t, ctypes.c_char_p, ctypes.c_size_t]
_library.ZSTD_isError.argtypes = [ctypes.c_size_t]


def decompress(frame):
    """The content of one whole frame; ValueError when it is damaged."""
    size = _library.ZSTD_getFrameContentSize(frame, len(frame))
    if size in (_UNKNOWN, _NO_FRAME) or size > _LIMIT:
        raise ValueError("no zstd frame that says its size")
    buffer = ctypes.create_string_buffer(max(size, 1))
    written = _library.ZSTD_decompress(buffer, size, frame, len(frame))
    if _library.ZSTD_isError(written) or written != size:
        raise ValueError("a damaged zstd frame")
    return buffer.raw[:size]
