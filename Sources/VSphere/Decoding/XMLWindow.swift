import CLibXML2

/// What libxml2 has to read of an answer, in memory of ours: the bytes it was shown and has not read, then those it was
/// not shown yet.
///
/// libxml2's push parser can do without an input buffer of its own, and is faster by a tenth for it: else it asks that
/// buffer for its size before each tag and each text, and moves what is left in it whenever it has read 4096 bytes.
struct XMLWindow: ~Copyable {
    // SAFETY: belongs to the parser that owns `context`, and is used by the thread that pushes. The input points into
    // `memory` and has no buffer, so libxml2 neither frees nor moves what it points to. `show` is called before libxml2
    // runs: behind what it is shown stands a zero, where its loops end.

    private static let carriageReturn = UInt8(ascii: "\r")

    private let context: xmlParserCtxtPtr
    private let input: xmlParserInputPtr
    private var memory: UnsafeMutablePointer<UInt8>
    /// One byte more is there, for the zero.
    private var capacity = 32 << 10
    /// Bytes in memory, those that were read included; and how many of them were shown.
    private var (count, shown) = (0, 0)

    /// A carriage return stands behind what was shown; the zero is in its place.
    private var returnWaits = false

    /// Takes the place of the input buffer of a new push parser. Nil when it has no input.
    init?(_ context: xmlParserCtxtPtr) {
        guard let input = context.pointee.input else { return nil }
        (self.context, self.input) = (context, input)
        memory = .allocate(capacity: capacity + 1)
        xmlFreeParserInputBuffer(input.pointee.buf)
        input.pointee.buf = nil
        place(read: 0)
        show()
    }

    deinit {
        memory.deallocate()
    }

    /// Bytes that are still to be read.
    var unread: Int { count - read }
    /// Those of them that were shown: part of a tag or text that is incomplete.
    var heldBack: Int { shown - read }
    /// Those that were not.
    var unseen: Int { count - shown }

    private var read: Int { input.pointee.cur - input.pointee.base }

    /// Takes the next bytes, in the place of those that were read.
    mutating func append(_ bytes: UnsafeRawBufferPointer) {
        guard let source = bytes.baseAddress else { return }
        forgetRead()
        if count + bytes.count > capacity { grow(to: 2 * (count + bytes.count)) }
        UnsafeMutableRawPointer(memory + count).copyMemory(from: source, byteCount: bytes.count)
        count += bytes.count
    }

    /// Shows libxml2 all there is; but a carriage return at the end waits until it is clear if a line feed follows:
    /// together they are one line's end.
    mutating func show(isLast: Bool = false) {
        if returnWaits { memory[shown] = Self.carriageReturn }
        returnWaits = !isLast && count > shown && memory[count - 1] == Self.carriageReturn
        shown = returnWaits ? count - 1 : count
        memory[shown] = 0
        place(read: read)
    }

    private mutating func forgetRead() {
        let read = read
        guard read > 0 else { return }
        memory.update(from: memory + read, count: count - read)
        (count, shown) = (count - read, shown - read)
        // How far libxml2 has looked for the end of something counts from the start, too.
        context.pointee.checkIndex = max(0, context.pointee.checkIndex - read)
        place(read: 0)
    }

    private mutating func grow(to capacity: Int) {
        let (grown, read) = (UnsafeMutablePointer<UInt8>.allocate(capacity: capacity + 1), read)
        grown.update(from: memory, count: count)
        memory.deallocate()
        (memory, self.capacity) = (grown, capacity)
        place(read: read)
    }

    private func place(read: Int) {
        input.pointee.base = UnsafePointer(memory)
        input.pointee.cur = UnsafePointer(memory + read)
        input.pointee.end = UnsafePointer(memory + shown)
        input.pointee.length = Int32(truncatingIfNeeded: shown)
    }
}
