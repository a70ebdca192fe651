import EventModel

/// Decides when a file is full or old enough. Pure.
struct RotationPolicy: Sendable, Hashable {
    var bytes: Int?
    var age: Duration?

    init(bytes: Int? = nil, age: Duration? = nil) {
        (self.bytes, self.age) = (bytes, age)
    }

    /// Whether a new file is begun before `incoming` bytes are written at `now` to a file of `length` that began at
    /// `began`.
    ///
    /// An empty file is never closed, so a batch larger than the limit stands in a file of its own, which it alone
    /// exceeds.
    func isDue(length: Int, began: Timestamp, incoming: Int, now: Timestamp) -> Bool {
        guard length > 0 else { return false }
        if let bytes, length + incoming > bytes { return true }
        if let age, now.since(began) >= age { return true }
        return false
    }
}
