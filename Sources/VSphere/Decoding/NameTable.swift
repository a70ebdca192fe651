import EventModel

/// The element names of an answer, found by their address in libxml2's dictionary: equal names have equal addresses.
struct NameTable {
    // SAFETY: the tables are allocated here and freed by `deallocate`, which the owner calls once; indices handed out
    // stay below `count`. Dictionary strings end with a zero and live as long as the parser.

    /// What is known about a name.
    struct Entry: BitwiseCopyable {
        /// Where `"name":` is in `text`, and its length.
        var jsonStart: Int32
        var jsonLength: Int32
        /// The open object of each depth that has a member of this name: so repeated members are found at once.
        var serials = InlineArray<8, UInt32>(repeating: 0)
        /// What a direct child of an event of this name means.
        var role: EventRole
        var isASCII: Bool
    }

    private struct Slot: BitwiseCopyable {
        var address: UInt
        var index: Int
    }

    private(set) var entries: UnsafeMutablePointer<Entry>
    /// `"name":` of all entries, one after another, with seven readable bytes behind the last.
    private(set) var text: UnsafeMutablePointer<UInt8>
    private(set) var count = 0
    /// The names as Strings, by index.
    private(set) var strings: [String] = []
    private let limit: Int
    private var capacity = 128
    private var slots: UnsafeMutablePointer<Slot>
    private var mask = 511
    private var textUsed = 0
    private var textCapacity = 4096

    /// A longer name than any of vim25's is refused.
    private static let longestName = 256

    init(limit: Int) {
        self.limit = limit
        entries = .allocate(capacity: capacity)
        text = .allocate(capacity: textCapacity)
        slots = .allocate(capacity: mask + 1)
        slots.initialize(repeating: Slot(address: 0, index: 0), count: mask + 1)
    }

    /// Frees the tables; nothing may be asked after it.
    func deallocate() {
        entries.deallocate()
        text.deallocate()
        slots.deallocate()
    }

    /// The index of a dictionary string; -1 when the limit is reached.
    @inline(__always)
    mutating func index(of name: UnsafePointer<UInt8>) -> Int {
        let address = UInt(bitPattern: name)
        var slot = Self.hash(address) & mask
        while slots[slot].address != address {
            if slots[slot].address == 0 { return insert(name, slot: slot) }
            slot = (slot + 1) & mask
        }
        return slots[slot].index
    }

    @inline(__always)
    private static func hash(_ address: UInt) -> Int {
        Int(truncatingIfNeeded: (address &* 0x9E37_79B9_7F4A_7C15) >> 40)
    }

    private mutating func insert(_ name: UnsafePointer<UInt8>, slot: Int) -> Int {
        var length = 0
        while name[length] != 0, length <= Self.longestName { length += 1 }
        guard count < limit, length <= Self.longestName else { return -1 }
        if count == capacity { growEntries() }
        let bytes = UnsafeBufferPointer(start: name, count: length)
        let string = String(decoding: bytes, as: UTF8.self)
        let start = textUsed
        writeJSON(string)
        entries[count] = Entry(
            jsonStart: Int32(start), jsonLength: Int32(textUsed - start),
            role: EventRole.named[string] ?? .none, isASCII: bytes.allSatisfy { $0 < 0x80 })
        strings.append(string)
        slots[slot] = Slot(address: UInt(bitPattern: name), index: count)
        count += 1
        if count * 2 > mask { growSlots() }
        return count - 1
    }

    private mutating func writeJSON(_ name: String) {
        var json: [UInt8] = []
        json.appendJSONString(name)
        json.append(UInt8(ascii: ":"))
        while textUsed + json.count + 8 > textCapacity { growText() }
        for byte in json {
            text[textUsed] = byte
            textUsed += 1
        }
        for offset in 0..<8 { text[textUsed + offset] = 0 }
    }

    private mutating func growEntries() {
        let grown = UnsafeMutablePointer<Entry>.allocate(capacity: capacity * 2)
        grown.initialize(from: entries, count: count)
        entries.deallocate()
        (entries, capacity) = (grown, capacity * 2)
    }

    private mutating func growText() {
        let grown = UnsafeMutablePointer<UInt8>.allocate(capacity: textCapacity * 2)
        grown.initialize(from: text, count: textUsed)
        text.deallocate()
        (text, textCapacity) = (grown, textCapacity * 2)
    }

    private mutating func growSlots() {
        let old = (slots: slots, count: mask + 1)
        mask = old.count * 2 - 1
        slots = .allocate(capacity: mask + 1)
        slots.initialize(repeating: Slot(address: 0, index: 0), count: mask + 1)
        for index in 0..<old.count where old.slots[index].address != 0 {
            var slot = Self.hash(old.slots[index].address) & mask
            while slots[slot].address != 0 { slot = (slot + 1) & mask }
            slots[slot] = old.slots[index]
        }
        old.slots.deallocate()
    }
}
