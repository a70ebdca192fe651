/// Finds a number by a run of bytes: the values of an answer that come again and again are made only once.
///
/// It forgets rather than grow or search long: at most `limit` keys, and eight places for each.
struct ByteKeyTable {
    // SAFETY: the table and its copies of the keys are allocated here and freed by `deallocate`, which the owner calls
    // once; a slot's key lies within `keysUsed`.

    private struct Slot: BitwiseCopyable {
        var hash: UInt32
        var start: Int32
        var length: Int32
        /// -1 in an empty slot.
        var value: Int32
    }

    /// Enough for the objects of a page of 1000 events.
    private static let limit = 2048
    private static let places = 8
    /// A longer key is worth no copy.
    private static let longestKey = 512

    private let slots: UnsafeMutablePointer<Slot>
    private let mask: Int
    private var count = 0
    private var keys: UnsafeMutablePointer<UInt8>
    private var keysUsed = 0
    private var keysCapacity = 4096

    /// - Parameter slots: a power of two.
    init(slots capacity: Int) {
        mask = capacity - 1
        slots = .allocate(capacity: capacity)
        slots.initialize(repeating: Slot(hash: 0, start: 0, length: 0, value: -1), count: capacity)
        keys = .allocate(capacity: keysCapacity)
    }

    /// Frees the table; nothing may be asked after it.
    func deallocate() {
        slots.deallocate()
        keys.deallocate()
    }

    /// The number of a key; -1 when it has none.
    @inline(__always)
    func find(_ key: UnsafePointer<UInt8>, _ length: Int, hash: UInt32) -> Int {
        var slot = Int(hash) & mask
        for _ in 0..<Self.places {
            let candidate = slots[slot]
            if candidate.value < 0 { return -1 }
            if candidate.hash == hash, candidate.length == length, equal(key, keys + Int(candidate.start), length) {
                return Int(candidate.value)
            }
            slot = (slot + 1) & mask
        }
        return -1
    }

    /// Remembers the number of a key that has none, if there is room.
    mutating func insert(_ key: UnsafePointer<UInt8>, _ length: Int, hash: UInt32, value: Int) {
        guard count < min(Self.limit, mask), length <= Self.longestKey else { return }
        var slot = Int(hash) & mask
        for _ in 0..<Self.places {
            if slots[slot].value < 0 {
                while keysUsed + length > keysCapacity { growKeys() }
                (keys + keysUsed).initialize(from: key, count: length)
                slots[slot] = Slot(
                    hash: hash, start: Int32(keysUsed), length: Int32(length), value: Int32(truncatingIfNeeded: value))
                keysUsed += length
                count += 1
                return
            }
            slot = (slot + 1) & mask
        }
    }

    /// A hash of bytes, a word at a time.
    @inline(__always)
    static func hash(_ key: UnsafePointer<UInt8>, _ length: Int) -> UInt32 {
        let raw = UnsafeRawPointer(key)
        var hash = UInt64(truncatingIfNeeded: length) &* 0x9E37_79B9_7F4A_7C15
        var offset = 0
        while offset + 8 <= length {
            hash = (hash ^ raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self)) &* 0xFF51_AFD7_ED55_8CCD
            hash ^= hash >> 32
            offset += 8
        }
        while offset < length {
            hash = (hash ^ UInt64(key[offset])) &* 0x0000_0100_0000_01B3
            offset += 1
        }
        return UInt32(truncatingIfNeeded: hash ^ (hash >> 29))
    }

    @inline(__always)
    private func equal(_ left: UnsafePointer<UInt8>, _ right: UnsafePointer<UInt8>, _ length: Int) -> Bool {
        var offset = 0
        while offset + 8 <= length {
            let one = UnsafeRawPointer(left).loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            let other = UnsafeRawPointer(right).loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            if one != other { return false }
            offset += 8
        }
        while offset < length {
            if left[offset] != right[offset] { return false }
            offset += 1
        }
        return true
    }

    private mutating func growKeys() {
        let grown = UnsafeMutablePointer<UInt8>.allocate(capacity: keysCapacity * 2)
        grown.initialize(from: keys, count: keysUsed)
        keys.deallocate()
        (keys, keysCapacity) = (grown, keysCapacity * 2)
    }
}
