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

    /// Copies text with JSON's escapes, 32 bytes at once where `readable` says that so many may be read.
    @inline(__always)
    mutating func appendEscaped(_ source: UnsafePointer<UInt8>, _ count: Int, readable: Int) {
        guard used &+ 6 &* count <= capacity else { return overflowed = true }
        var (next, rest, readable) = (source, count, readable)
        // Texts are short: with one block for most, no branch depends on their length.
        while rest > 0, readable >= Self.blockBytes {
            let part = min(rest, Self.blockBytes)
            var done = copyBlock(UnsafeRawPointer(next), part)
            used &+= done
            if done < part {
                escape(next[done])
                done &+= 1
            }
            next += done
            rest &-= done
            readable &-= done
        }
        while rest > 0 {
            escape(next.pointee)
            next += 1
            rest &-= 1
        }
    }

    private static let blockBytes = 32
    /// For the bytes of a block that count, then for those that do not: they become harmless.
    private static let blockMask: StaticString = """
        \0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\
        \u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\
        \u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}\u{7F}
        """

    /// Copies a block of which the first `count` bytes count. Tells how many of them come before one to be escaped.
    @inline(__always)
    private mutating func copyBlock(_ source: UnsafeRawPointer, _ count: Int) -> Int {
        let mask = UnsafeRawPointer(Self.blockMask.utf8Start) + (Self.blockBytes &- count)
        let low = source.loadUnaligned(as: SIMD16<UInt8>.self)
        let high = source.loadUnaligned(fromByteOffset: 16, as: SIMD16<UInt8>.self)
        let to = UnsafeMutableRawPointer(base + used)
        to.storeBytes(of: low, as: SIMD16<UInt8>.self)
        to.storeBytes(of: high, toByteOffset: 16, as: SIMD16<UInt8>.self)
        let words = unsafeBitCast(low | high, to: SIMD2<UInt64>.self)
        seen |= words[0] | words[1]
        let lowFound = Self.escapes(in: low | mask.loadUnaligned(as: SIMD16<UInt8>.self))
        let highFound = Self.escapes(in: high | mask.loadUnaligned(fromByteOffset: 16, as: SIMD16<UInt8>.self))
        let found = lowFound | highFound
        if found[0] | found[1] == 0 { return count }
        let isLow = lowFound[0] | lowFound[1] != 0
        return isLow ? Self.firstByte(of: lowFound) : 16 &+ Self.firstByte(of: highFound)
    }

    /// All bits of each byte that is a control character, a quote or a backslash.
    @inline(__always)
    private static func escapes(in bytes: SIMD16<UInt8>) -> SIMD2<UInt64> {
        func bits(_ mask: SIMDMask<SIMD16<Int8>>) -> SIMD2<UInt64> { unsafeBitCast(mask, to: SIMD2<UInt64>.self) }
        return bits(bytes .< SIMD16(repeating: 0x20)) | bits(bytes .== SIMD16(repeating: 0x22))
            | bits(bytes .== SIMD16(repeating: 0x5C))
    }

    /// The place of the first byte that is not zero.
    @inline(__always)
    private static func firstByte(of words: SIMD2<UInt64>) -> Int {
        let zeros =
            words[0] != 0
            ? words[0].littleEndian.trailingZeroBitCount : 64 &+ words[1].littleEndian.trailingZeroBitCount
        return zeros &>> 3
    }

    @inline(never)
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
            seen |= UInt64(byte)
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
