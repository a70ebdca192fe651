import EventModel

/// The element names of an answer, found by their address in libxml2's dictionary: equal names have equal addresses.
struct NameTable {
    // SAFETY: the tables are allocated here and freed by `deallocate`, which the owner calls once; indices handed out
    // stay below `count`, and only they are used. Dictionary strings end with a zero and live as long as the parser.

    /// What is known about a name: one cache line, all that a callback needs.
    struct Entry: BitwiseCopyable {
        let address: UInt
        /// `"name":` is in `json` when it fits, else at this place of `longJSON`.
        let start: Int32
        let length: Int16
        /// What a direct child of an event of this name means.
        let role: EventRole
        let isASCII: Bool
        /// For each of `depths`, the open object that has a member of this name: so repeats are found at once.
        var serials = InlineArray<6, UInt32>(repeating: 0)
        var json = InlineArray<24, UInt8>(repeating: 0)
    }

    /// Deeper down, objects are always looked through for repeated names.
    static let depths = 6
    /// A longer name than any of vim25's is refused.
    private static let longestName = 256
    /// Bytes behind an entry or a long name that a copy of 32 may read.
    private static let padding = 32

    /// By index.
    private(set) var entries: UnsafeMutablePointer<Entry>
    /// How many there are.
    private(set) var count = 0
    /// The names as Strings, by index.
    private(set) var strings: [String] = []
    private let limit: Int
    private var capacity = 128
    /// Indices plus one, by hash; 0 in an empty slot.
    private var slots: UnsafeMutablePointer<UInt16>
    private var mask = 511
    private var longJSON: UnsafeMutablePointer<UInt8>
    private var longUsed = 0
    private var longCapacity = 1024

    /// At most `limit` names are taken in.
    init(limit: Int) {
        self.limit = min(limit, Int(UInt16.max) - 1)
        entries = .allocate(capacity: capacity + 1)
        slots = .allocate(capacity: mask + 1)
        slots.initialize(repeating: 0, count: mask + 1)
        longJSON = .allocate(capacity: longCapacity)
        longJSON.initialize(repeating: 0, count: longCapacity)
    }

    /// Frees the tables; nothing may be asked after it.
    func deallocate() {
        entries.deallocate()
        slots.deallocate()
        longJSON.deallocate()
    }

    /// The index of a dictionary string; -1 when the limit is reached.
    @inline(__always)
    mutating func index(of name: UnsafePointer<UInt8>) -> Int {
        let address = UInt(bitPattern: name)
        var slot = Self.hash(address) & mask
        while true {
            let index = Int(slots[slot]) &- 1
            if index < 0 { return insert(name, slot: slot) }
            if entries[index].address == address { return index }
            slot = (slot &+ 1) & mask
        }
    }

    /// Where `"name":` of an entry is; 32 bytes may be read.
    @inline(__always)
    func json(of entry: UnsafeMutablePointer<Entry>) -> UnsafePointer<UInt8> {
        if entry.pointee.start >= 0 { return UnsafePointer(longJSON + Int(entry.pointee.start)) }
        return UnsafePointer(Self.bytes(of: entry))
    }

    /// The object of a depth that has a member of the entry's name.
    @inline(__always)
    static func serial(of entry: UnsafeMutablePointer<Entry>, depth: Int) -> UnsafeMutablePointer<UInt32> {
        (UnsafeMutableRawPointer(entry) + 16).assumingMemoryBound(to: UInt32.self) + depth
    }

    @inline(__always)
    private static func bytes(of entry: UnsafeMutablePointer<Entry>) -> UnsafeMutablePointer<UInt8> {
        (UnsafeMutableRawPointer(entry) + 40).assumingMemoryBound(to: UInt8.self)
    }

    @inline(__always)
    private static func hash(_ address: UInt) -> Int {
        Int(truncatingIfNeeded: (address &* 0x9E37_79B9_7F4A_7C15) >> 40)
    }

    @inline(never)
    private mutating func insert(_ name: UnsafePointer<UInt8>, slot: Int) -> Int {
        var length = 0
        while name[length] != 0, length <= Self.longestName { length += 1 }
        guard count < limit, length <= Self.longestName else { return -1 }
        if count == capacity { growEntries() }
        let bytes = UnsafeBufferPointer(start: name, count: length)
        let string = String(decoding: bytes, as: UTF8.self)
        var json: [UInt8] = []
        json.appendJSONString(string)
        json.append(UInt8(ascii: ":"))
        let isLong = json.count > 24
        let entry = entries + count
        entry.initialize(
            to: Entry(
                address: UInt(bitPattern: name), start: isLong ? keep(json) : -1,
                length: Int16(truncatingIfNeeded: json.count), role: EventRole.named[string] ?? .none,
                isASCII: bytes.allSatisfy { $0 < 0x80 }))
        if !isLong { for (offset, byte) in json.enumerated() { Self.bytes(of: entry)[offset] = byte } }
        strings.append(string)
        slots[slot] = UInt16(truncatingIfNeeded: count + 1)
        count += 1
        if count * 2 > mask { growSlots() }
        return count - 1
    }

    /// Keeps the JSON of a long name. Returns its place.
    private mutating func keep(_ json: [UInt8]) -> Int32 {
        while longUsed + json.count + Self.padding > longCapacity {
            let grown = UnsafeMutablePointer<UInt8>.allocate(capacity: longCapacity * 2)
            grown.initialize(repeating: 0, count: longCapacity * 2)
            grown.update(from: longJSON, count: longUsed)
            longJSON.deallocate()
            (longJSON, longCapacity) = (grown, longCapacity * 2)
        }
        for (offset, byte) in json.enumerated() { longJSON[longUsed + offset] = byte }
        defer { longUsed += json.count }
        return Int32(truncatingIfNeeded: longUsed)
    }

    private mutating func growEntries() {
        let grown = UnsafeMutablePointer<Entry>.allocate(capacity: capacity * 2 + 1)
        grown.initialize(from: entries, count: count)
        entries.deallocate()
        (entries, capacity) = (grown, capacity * 2)
    }

    private mutating func growSlots() {
        slots.deallocate()
        mask = mask * 2 + 1
        slots = .allocate(capacity: mask + 1)
        slots.initialize(repeating: 0, count: mask + 1)
        for index in 0..<count {
            var slot = Self.hash(entries[index].address) & mask
            while slots[slot] != 0 { slot = (slot + 1) & mask }
            slots[slot] = UInt16(truncatingIfNeeded: index + 1)
        }
    }
}
