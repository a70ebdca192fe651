extension EventScanner {
    // SAFETY: see `EventScanner`; ranges of the arena lie below `used`.

    /// Makes the value of an element an object that takes members; text it has so far goes aside, layout is forgotten.
    mutating func openForMembers(_ frame: UnsafeMutablePointer<Frame>) {
        switch frame.pointee.kind {
        case .empty: beginObject(frame)
        case .text:
            moveTextAside(frame)
            arena.used = Int(frame.pointee.start)
            beginObject(frame)
        case .reference:
            let type = [UInt8](UnsafeBufferPointer(start: arena.base, count: arena.used)[typeRange(of: frame)])
            moveTextAside(frame)
            arena.used = Int(frame.pointee.start)
            beginObject(frame)
            frame.pointee.textName = .value
            addWrittenMember(type, name: known.type, to: frame)
        case .object: break
        }
        settleAside(frame)
    }

    /// Where the quoted type of a reference is.
    private mutating func typeRange(of frame: UnsafeMutablePointer<Frame>) -> Range<Int> {
        let prefix: StaticString = "{\"type\":"
        let suffix: StaticString = ",\"value\":\""
        let start = Int(frame.pointee.start) + prefix.utf8CodeUnitCount
        return start..<max(start, Int(frame.pointee.textStart) - suffix.utf8CodeUnitCount)
    }

    /// Writes `{`.
    @inline(__always)
    mutating func beginObject(_ frame: UnsafeMutablePointer<Frame>) {
        frame.pointee.kind = .object
        frame.pointee.serial = nextSerial
        nextSerial &+= 1
        arena.append(UInt8(ascii: "{"))
    }

    /// Adds a member whose value is JSON already.
    mutating func addWrittenMember(
        _ json: [UInt8], name: UnsafePointer<UInt8>?, to frame: UnsafeMutablePointer<Frame>
    ) {
        guard let name else { return }
        let index = names.index(of: name)
        guard index >= 0 else { return fail("the answer has too many different names") }
        addMember(index, to: frame, depth: frame - frames)
        arena.append(json)
        members[memberCount - 1].end = Int32(truncatingIfNeeded: arena.used)
        arena.append(UInt8(ascii: ","))
    }

    /// Writes `}`, with the text aside as a member, and with members of one name put together.
    @inline(__always)
    mutating func closeObject(_ frame: UnsafeMutablePointer<Frame>) {
        if asideCount > frame.pointee.asideStart {
            settleAside(frame)
            if asideCount > frame.pointee.asideStart { writeAside(frame) }
        }
        if frame.pointee.gathers { gather(frame) }
        if arena.used > Int(frame.pointee.start) + 1 { arena.used -= 1 }
        arena.append(UInt8(ascii: "}"))
        memberCount = Int(frame.pointee.children)
    }

    /// Leaves out the direct child of the event in hand, up to its end tag: it exceeds a limit.
    /// - Parameter opening: whether an element has just been opened that has no frame yet.
    mutating func drop(_ reason: String, opening: Bool = false) {
        damage(reason)
        skipping = top + (opening ? 1 : 0)
        if top > 0 {
            let child = frames[1]
            let name = Int(members[Int(child.member)].name)
            memberCount = Int(child.member)
            arena.used = Int(child.start) - Int(names.entries[name].length)
            aside.removeSubrange(Int(child.asideStart)...)
            top = 0
        } else {
            aside.removeAll()
        }
        settleMode()
    }
}
