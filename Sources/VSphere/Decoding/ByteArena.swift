/// Where the JSON of the event in hand is written: a window on a block of memory that belongs to `XMLPushParser`.
///
/// Positions count from the start of the event, so that a half-written event can move to the next block.
struct ByteArena {
    // SAFETY: `base` points into the parser's block while libxml2 runs, and only then; `capacity` bytes from it may be
    // written. Every write checks for room first, `slack` included; what finds none sets `overflowed` and writes
    // nothing.

    /// Bytes beyond the end of what is asked for that a write may touch: it copies words.
    static let slack = 48

    /// Where the event in hand starts.
    private(set) var base: UnsafeMutablePointer<UInt8>
    /// Bytes that may be written from there, without the slack.
    private(set) var capacity = 0
    /// Which block it is, of all that were attached.
    private(set) var block: Int32 = -1
    /// Where the event starts in its block.
    private(set) var eventStart = 0
    /// Bytes of the event so far.
    var used = 0
    /// A write found no room.
    var overflowed = false
    /// All words of text so far, or-ed: bit 7 of a byte tells of text beyond ASCII.
    private var seen: UInt64 = 0

    /// A window on nothing.
    init(nowhere: UnsafeMutablePointer<UInt8>) {
        base = nowhere
    }

    /// Text beyond ASCII was written since the event began.
    var holdsNonASCII: Bool { seen & 0x8080_8080_8080_8080 != 0 }

    /// Begins to write into a block, after the `used` bytes of the event that are there already.
    mutating func attach(_ block: UnsafeMutablePointer<UInt8>, capacity: Int) {
        (base, self.capacity) = (block + eventStart, capacity - eventStart - Self.slack)
    }

    /// Says that the event was moved to the start of a new block, which is to be attached.
    mutating func moveToNewBlock() {
        (block, eventStart) = (block + 1, 0)
    }

    /// Ends the event: what follows begins behind it.
    mutating func finishEvent() {
        base += used
        capacity -= used
        eventStart += used
        beginEvent()
    }

    /// Forgets what was written of the event.
    mutating func beginEvent() {
        (used, seen, overflowed) = (0, 0, false)
    }

    /// Says that text beyond ASCII was written by another way.
    mutating func noteNonASCII() { seen = .max }

    /// Appends a byte.
    @inline(__always)
    mutating func append(_ byte: UInt8) {
        guard used < capacity else { return overflowed = true }
        base[used] = byte
        used &+= 1
    }

    /// Appends the first `count` bytes of a text that is padded to eight.
    @inline(__always)
    mutating func appendWord(_ padded: StaticString, _ count: Int) {
        guard used < capacity else { return overflowed = true }
        let word = UnsafeRawPointer(padded.utf8Start).loadUnaligned(as: UInt64.self)
        UnsafeMutableRawPointer(base + used).storeBytes(of: word, as: UInt64.self)
        used &+= count
    }

    /// Copies bytes as they are; 32 and more of them may be read wherever `count` is less.
    @inline(__always)
    mutating func append(_ source: UnsafePointer<UInt8>, _ count: Int) {
        guard used &+ count <= capacity else { return overflowed = true }
        let (from, to) = (UnsafeRawPointer(source), UnsafeMutableRawPointer(base + used))
        if count <= 32 {
            // Four words at once: a call of memcpy would take longer than the rest of a callback.
            let (first, second) = (
                from.loadUnaligned(as: UInt64.self), from.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
            )
            let third = from.loadUnaligned(fromByteOffset: 16, as: UInt64.self)
            let fourth = from.loadUnaligned(fromByteOffset: 24, as: UInt64.self)
            to.storeBytes(of: first, as: UInt64.self)
            to.storeBytes(of: second, toByteOffset: 8, as: UInt64.self)
            to.storeBytes(of: third, toByteOffset: 16, as: UInt64.self)
            to.storeBytes(of: fourth, toByteOffset: 24, as: UInt64.self)
        } else {
            to.copyMemory(from: from, byteCount: count)
        }
        used &+= count
    }

    /// Copies bytes as they are.
    mutating func append(_ bytes: [UInt8]) {
        guard used + bytes.count <= capacity else { return overflowed = true }
        bytes.withUnsafeBytes {
            UnsafeMutableRawPointer(base + used).copyMemory(
                from: $0.baseAddress ?? UnsafeRawPointer(base), byteCount: $0.count)
        }
        used += bytes.count
    }

    /// Copies text with JSON's escapes, eight bytes at a time where none need one.
    @inline(__always)
    mutating func appendEscaped(_ source: UnsafePointer<UInt8>, _ count: Int) {
        guard used &+ 6 &* count <= capacity else { return overflowed = true }
        let raw = UnsafeRawPointer(source)
        var rest = count
        var next = raw
        while rest >= 8 {
            store(next.loadUnaligned(as: UInt64.self), count: 8)
            next += 8
            rest &-= 8
        }
        guard rest > 0 else { return }
        let spaces: UInt64 = 0x2020_2020_2020_2020 &<< UInt64(truncatingIfNeeded: 8 &* rest)
        if count >= 8 {
            // The last eight bytes, without those that are copied already.
            let word = (next + (rest &- 8)).loadUnaligned(as: UInt64.self)
            store(word &>> UInt64(truncatingIfNeeded: 8 &* (8 &- rest)) | spaces, count: rest)
        } else {
            store(Self.partialWord(next, rest) | spaces, count: rest)
        }
    }

    /// Writes the first `count` bytes of `word`, of which the others are harmless.
    @inline(__always)
    private mutating func store(_ word: UInt64, count: Int) {
        seen |= word
        if Self.needsEscape(word) {
            escape(word, count: count)
        } else {
            UnsafeMutableRawPointer(base + used).storeBytes(of: word, as: UInt64.self)
            used &+= count
        }
    }

    /// One to seven bytes as the low bytes of a word.
    @inline(__always)
    private static func partialWord(_ source: UnsafeRawPointer, _ count: Int) -> UInt64 {
        if count >= 4 {
            let low = UInt64(source.loadUnaligned(as: UInt32.self))
            let high = UInt64((source + (count &- 4)).loadUnaligned(as: UInt32.self))
            return low | high &<< UInt64(truncatingIfNeeded: 8 &* (count &- 4))
        }
        let middle = count &>> 1
        let first = UInt64(source.load(as: UInt8.self))
        let second = UInt64(source.load(fromByteOffset: middle, as: UInt8.self))
        let last = UInt64(source.load(fromByteOffset: count &- 1, as: UInt8.self))
        return first | second &<< UInt64(truncatingIfNeeded: 8 &* middle)
            | last &<< UInt64(truncatingIfNeeded: 8 &* (count &- 1))
    }

    /// Whether a byte of the word is a control character, a quote or a backslash. Rarely true without need.
    @inline(__always)
    private static func needsEscape(_ word: UInt64) -> Bool {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let quotes = word ^ (ones &* 0x22)
        let backslashes = word ^ (ones &* 0x5C)
        let low = (word &- ones &* 0x20) & ~word
        let found = low | ((quotes &- ones) & ~quotes) | ((backslashes &- ones) & ~backslashes)
        return found & (ones &* 0x80) != 0
    }

    @inline(never)
    private mutating func escape(_ word: UInt64, count: Int) {
        var rest = word
        for _ in 0..<count {
            escape(UInt8(truncatingIfNeeded: rest))
            rest >>= 8
        }
    }

    private mutating func escape(_ byte: UInt8) {
        switch byte {
        case 0x22, 0x5C: put(UInt8(ascii: "\\"), byte)
        case 0x09: put(UInt8(ascii: "\\"), UInt8(ascii: "t"))
        case 0x0A: put(UInt8(ascii: "\\"), UInt8(ascii: "n"))
        case 0x0D: put(UInt8(ascii: "\\"), UInt8(ascii: "r"))
        case 0..<0x20:
            let digits: StaticString = "0123456789abcdef"
            put(UInt8(ascii: "\\"), UInt8(ascii: "u"))
            put(0x30, 0x30)
            put(digits.utf8Start[Int(byte >> 4)], digits.utf8Start[Int(byte & 15)])
        default:
            base[used] = byte
            used += 1
        }
    }

    private mutating func put(_ first: UInt8, _ second: UInt8) {
        base[used] = first
        base[used + 1] = second
        used += 2
    }
}
