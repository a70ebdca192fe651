/// What a journal holds, in four numbers: entries are gapless, and bytes are counted from the history's beginning.
struct Holding: Sendable, Equatable {
    /// The last sequence removed; 0 before the first removal.
    var trimmedThrough: UInt64 = 0
    /// Bytes of bodies of all entries ever removed.
    var trimmedTotal = 0
    /// The last sequence given.
    var head: UInt64 = 0
    /// Bytes of bodies of all entries ever stored.
    var total = 0

    /// The oldest sequence held; `head + 1` when there is none.
    var lowest: UInt64 { trimmedThrough + 1 }
    /// Entries held.
    var count: Int { Int(head - trimmedThrough) }
    /// Bytes of bodies held.
    var bytes: Int { total - trimmedTotal }
}
