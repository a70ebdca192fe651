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

    /// A hash of the length, the second word and the last two: what names differ in. `find` compares all.
    @inline(__always)
    static func hash(_ key: UnsafePointer<UInt8>, _ length: Int) -> UInt32 {
        let raw = UnsafeRawPointer(key)
        func word(_ offset: Int) -> UInt64 { raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self) }
        var hash: UInt64
        if length >= 16 {
            hash = (word(length - 8) &* 0x9E37_79B9_7F4A_7C15) ^ (word(length - 16) &* 0xC2B2_AE3D_27D4_EB4F)
            hash ^= word(8) &* 0x1656_67B1_9E37_79F9
        } else if length >= 8 {
            hash = (word(length - 8) &* 0x9E37_79B9_7F4A_7C15) ^ (word(0) &* 0xC2B2_AE3D_27D4_EB4F)
        } else {
            hash = 0
            for offset in 0..<length { hash = (hash ^ UInt64(key[offset])) &* 0x0000_0100_0000_01B3 }
        }
        hash = (hash ^ UInt64(truncatingIfNeeded: length)) &* 0xFF51_AFD7_ED55_8CCD
        return UInt32(truncatingIfNeeded: hash >> 32)
    }

    @inline(__always)
    private func equal(_ left: UnsafePointer<UInt8>, _ right: UnsafePointer<UInt8>, _ length: Int) -> Bool {
        let (left, right) = (UnsafeRawPointer(left), UnsafeRawPointer(right))
        func differ(_ offset: Int) -> UInt64 {
            left.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                ^ right.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        }
        guard length >= 8 else {
            for offset in 0..<length
            where left.load(fromByteOffset: offset, as: UInt8.self)
                != right.load(fromByteOffset: offset, as: UInt8.self)
            {
                return false
            }
            return true
        }
        // The last word first: it overlaps the others, and it is where names differ.
        if differ(length &- 8) != 0 { return false }
        var offset = 0
        while offset &+ 16 <= length {
            if differ(offset) | differ(offset &+ 8) != 0 { return false }
            offset &+= 16
        }
        return offset &+ 8 > length || differ(offset) == 0
    }

    private mutating func growKeys() {
        let grown = UnsafeMutablePointer<UInt8>.allocate(capacity: keysCapacity * 2)
        grown.initialize(from: keys, count: keysUsed)
        keys.deallocate()
        (keys, keysCapacity) = (grown, keysCapacity * 2)
    }
}
