import Glibc

/// A text compared byte by byte, as databases do: Swift's own `==` calls two texts equal when they only look the same,
/// and two events whose ids differ in that way are two events.
struct UTF8Key: Hashable {
    let text: String

    /// The text as a key.
    init(_ text: String) {
        self.text = text
    }

    static func == (left: Self, right: Self) -> Bool {
        let (left, right) = (left.text.utf8Span.span, right.text.utf8Span.span)
        return left.count == right.count && left.begins(with: right)
    }

    // Equal bytes have equal hashes as texts, too.
    func hash(into hasher: inout Hasher) {
        hasher.combine(text)
    }
}

extension Span<UInt8> {
    // SAFETY: memcmp(3) reads no more than the bytes both have, while both are lent.
    /// Whether the other stands at the beginning.
    func begins(with other: Span<UInt8>) -> Bool {
        guard count >= other.count else { return false }
        return withUnsafeBufferPointer { left in
            other.withUnsafeBufferPointer { right in
                guard let left = left.baseAddress, let right = right.baseAddress else { return true }
                return left == right || memcmp(left, right, other.count) == 0
            }
        }
    }
}
