import Glibc

/// Searching bytes, as fast as the C library does it.
package enum LineBytes {
    // SAFETY: memchr(3) reads no more than the count of bytes it is given, all within the slice; the pointer it gives
    // is only used to count.

    /// Where a byte stands at or after `start`; nil when it does not.
    package static func index(of byte: UInt8, in bytes: ArraySlice<UInt8>, from start: Int) -> Int? {
        guard start < bytes.endIndex else { return nil }
        return bytes.withUnsafeBytes { buffer -> Int? in
            guard let first = buffer.baseAddress else { return nil }
            let skipped = start - bytes.startIndex
            guard let found = memchr(first + skipped, Int32(byte), buffer.count - skipped) else { return nil }
            return bytes.startIndex + (UnsafeRawPointer(found) - first)
        }
    }

    /// Where the first byte other than NUL stands at or after `start`; nil when there is none.
    package static func indexOfContent(in bytes: ArraySlice<UInt8>, from start: Int) -> Int? {
        bytes[start...].firstIndex { $0 != 0 }
    }

    /// A name and a number with a slash between them.
    package static func text(_ name: String, _ number: UInt64) -> String {
        var digits = InlineArray<20, UInt8>(repeating: 0)
        var (rest, first) = (number, 20)
        repeat {
            first -= 1
            digits[first] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        } while rest > 0
        var name = name
        return name.withUTF8 { name in
            let length = name.count + 21 - first
            // SAFETY: exactly `length` bytes are written: the name's, the slash, the digits.
            return String(unsafeUninitializedCapacity: length) { buffer in
                _ = buffer.update(fromContentsOf: name)
                buffer[name.count] = UInt8(ascii: "/")
                for index in first..<20 { buffer[name.count + 1 + index - first] = digits[index] }
                return length
            }
        }
    }
}
