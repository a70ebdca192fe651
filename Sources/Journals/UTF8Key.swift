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
        return left.count == right.count && left.indices.allSatisfy { left[$0] == right[$0] }
    }

    // Equal bytes have equal hashes as texts, too.
    func hash(into hasher: inout Hasher) {
        hasher.combine(text)
    }
}
