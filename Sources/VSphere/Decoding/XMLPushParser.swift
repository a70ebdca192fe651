import CLibXML2

/// libxml2's SAX2 push parser with an `EventScanner` behind it, and the blocks the events' JSON is written to.
///
/// Use from one thread at a time.
final class XMLPushParser: @unchecked Sendable {
    // SAFETY: owns the parser context, the scanner and the blocks; the context is freed before the scanner its
    // callbacks use. libxml2 runs only inside `push`, while the block's memory is held. `@unchecked Sendable`: the
    // owner sees to it that one thread at a time calls, and that the calls are ordered.

    /// libxml2 looks for the end of a tag from its start with each push: so pieces are not small.
    private static let smallestPiece = 2000
    /// What is read is still in the processor's nearest cache, and the room made for its JSON no waste.
    private static let largestPiece = 16 << 10
    /// JSON bytes one XML byte can become: a quote in a text of quotes becomes two; names and brackets add less than
    /// that.
    private static let growth = 6
    /// Room for an ordinary page. Large, so that the allocator takes what a page gave back for the next one instead of
    /// returning it to the kernel: that would cost a page fault for every 4 KiB.
    private static let blockBytes = 1 << 20

    private let context: xmlParserCtxtPtr
    private let scanner: UnsafeMutablePointer<EventScanner>
    private let limits: DecodingLimits
    private var window: XMLWindow
    private var receivedBytes = 0
    private var block: [UInt8] = []
    /// Those that are full.
    private var blocks: [[UInt8]] = []

    /// Fails only when there is no memory.
    init?(limits: DecodingLimits) {
        Self.initializeLibrary
        scanner = .allocate(capacity: 1)
        var handler = Self.handler
        guard let context = xmlCreatePushParserCtxt(&handler, scanner, nil, 0, nil) else {
            scanner.deallocate()
            return nil
        }
        guard let window = XMLWindow(context) else {
            xmlFreeParserCtxt(context)
            scanner.deallocate()
            return nil
        }
        self.window = window
        xmlCtxtUseOptions(context, Self.options)
        (self.context, self.limits) = (context, limits)
        // The arena writes nothing before a block is attached; until then any address will do.
        let nowhere = UnsafeMutableRawPointer(scanner).assumingMemoryBound(to: UInt8.self)
        scanner.initialize(to: EventScanner(context: context, limits: limits, nowhere: nowhere))
    }

    deinit {
        xmlFreeParserCtxt(context)
        scanner.pointee.deallocate()
        scanner.deinitialize(count: 1)
        scanner.deallocate()
    }

    /// Undamaged events that are complete so far.
    var soundEvents: Int { scanner.pointee.soundEvents }

    /// Takes the next bytes of the answer. Returns false once it is clear that the answer is refused.
    func receive(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard scanner.pointee.failure == nil else { return false }
        receivedBytes += bytes.count
        for start in stride(from: 0, to: bytes.count, by: Self.largestPiece) {
            let end = min(start + Self.largestPiece, bytes.count)
            window.append(UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
            if window.unseen >= Self.smallestPiece { push() }
        }
        if receivedBytes > limits.answerBytes { scanner.pointee.fail("it is longer than \(limits.answerBytes) bytes") }
        return scanner.pointee.failure == nil
    }

    /// Ends the answer and gives what it held.
    func finish() -> ScannedAnswer {
        push()
        if scanner.pointee.root == nil { push(isLast: true) }
        return ScannedAnswer(
            root: scanner.pointee.root, rootName: scanner.pointee.rootName, failure: scanner.pointee.failure,
            soundEvents: scanner.pointee.soundEvents, events: events(), bytes: receivedBytes)
    }

    private func push(isLast: Bool = false) {
        guard scanner.pointee.failure == nil else { return }
        makeRoom(for: window.unread)
        window.show(isLast: isLast)
        block.withUnsafeMutableBufferPointer { memory in
            guard let start = memory.baseAddress else { return }
            scanner.pointee.arena.attach(start, capacity: memory.count)
            // What is pushed is in the window; no bytes come this way.
            xmlParseChunk(context, nil, 0, isLast ? 1 : 0)
        }
        if context.pointee.instate == XML_PARSER_EOF, scanner.pointee.root == nil {
            scanner.pointee.fail("its XML is broken beyond repair")
        }
        if window.heldBack > limits.tagBytes {
            scanner.pointee.fail("a tag of it is longer than \(limits.tagBytes) bytes")
        }
    }

    /// Takes a new block when the one in hand might not hold what comes, and moves a half-written event to it.
    private func makeRoom(for bytes: Int) {
        let needed = bytes * Self.growth + 4096
        let arena = scanner.pointee.arena
        guard block.count - arena.eventStart - arena.used < needed else { return }
        let begun = block[min(arena.eventStart, block.count)..<min(arena.eventStart + arena.used, block.count)]
        let size = max(Self.blockBytes, begun.count + 2 * needed)
        let next = [UInt8](unsafeUninitializedCapacity: size) { memory, count in
            _ = memory.update(fromContentsOf: begun)
            // The bytes behind are written before anybody reads them: an event's JSON ends where writing ended.
            count = size
        }
        if !block.isEmpty { blocks.append(block) }
        block = next
        scanner.pointee.arena.moveToNewBlock()
    }

    private func events() -> [VSphereEvent] {
        let used = scanner.pointee.arena.eventStart
        // A last block that is mostly empty is not kept alive by the few events in it.
        let last = used * 2 < block.count ? Array(block[..<used]) : block
        let events = DecodedEvents(
            records: scanner.pointee.records, tables: scanner.pointee.tables, blocks: blocks + [last])
        return events.records.indices.map { VSphereEvent($0, of: events) }
    }

    private static let initializeLibrary: Void = xmlInitParser()
}
