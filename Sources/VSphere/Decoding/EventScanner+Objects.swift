import EventModel

extension EventScanner {
    // SAFETY: see `EventScanner`; ranges of the arena lie below `used`.

    /// Makes the value of an element an object that takes members; text it has so far goes aside, layout is forgotten.
    mutating func openForMembers(_ frame: UnsafeMutablePointer<Frame>) {
        switch frame.pointee.kind {
        case .empty: beginObject(frame)
        case .text:
            moveTextAside(frame)
            arena.used = frame.pointee.start
            beginObject(frame)
        case .reference:
            let type = [UInt8](UnsafeBufferPointer(start: arena.base, count: arena.used)[typeRange(of: frame)])
            moveTextAside(frame)
            arena.used = frame.pointee.start
            beginObject(frame)
            frame.pointee.textName = .value
            addWrittenMember(type, name: known.type, to: frame)
        case .object: break
        }
        settleAside(frame)
    }

    /// Where the quoted type of a reference is.
    private func typeRange(of frame: UnsafeMutablePointer<Frame>) -> Range<Int> {
        let prefix: StaticString = "{\"type\":"
        let suffix: StaticString = ",\"value\":\""
        let start = frame.pointee.start + prefix.utf8CodeUnitCount
        return start..<max(start, frame.pointee.textStart - suffix.utf8CodeUnitCount)
    }

    /// Writes `{`.
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
        let member = addMember(index, to: frame)
        json.withUnsafeBufferPointer { bytes in
            if let start = bytes.baseAddress { arena.append(start, bytes.count, readable: bytes.count) }
        }
        members[member].end = Int32(truncatingIfNeeded: arena.used)
        arena.append(UInt8(ascii: ","))
    }

    /// Writes `}`, with the text aside as a member, and with members of one name put together.
    mutating func closeObject(_ frame: UnsafeMutablePointer<Frame>) {
        settleAside(frame)
        if aside.count > frame.pointee.asideStart { writeAside(frame) }
        if frame.pointee.gathers { gather(frame) }
        if arena.used > frame.pointee.start + 1 { arena.used -= 1 }
        arena.append(UInt8(ascii: "}"))
        forgetMembers(from: frame.pointee.children)
    }

    /// Puts back what the names said before the members from a place on were noted.
    mutating func forgetMembers(from place: Int) {
        while memberCount > place {
            memberCount -= 1
            let member = members + memberCount
            let entry = names.entries + Int(member.pointee.name)
            entry.pointee.serial = member.pointee.savedSerial
            entry.pointee.member = member.pointee.savedMember
        }
    }

    /// Writes an object anew, each name once: the values of a repeated name, or of a field that is a list, as an array.
    private mutating func gather(_ frame: UnsafeMutablePointer<Frame>) {
        scratch.removeAll(keepingCapacity: true)
        for place in frame.pointee.children..<memberCount where members[place].previous < 0 {
            let member = members[place]
            let entry = names.entries[Int(member.name)]
            let isArray = member.isList || member.next >= 0
            let name = names.text + Int(entry.jsonStart)
            scratch.append(contentsOf: UnsafeBufferPointer(start: name, count: Int(entry.jsonLength)))
            if isArray { scratch.append(UInt8(ascii: "[")) }
            var value = Int32(place)
            while value >= 0 {
                let (start, end) = (Int(members[Int(value)].start), Int(members[Int(value)].end))
                scratch.append(contentsOf: UnsafeBufferPointer(start: arena.base + start, count: end - start))
                scratch.append(UInt8(ascii: ","))
                value = members[Int(value)].next
            }
            if isArray {
                scratch[scratch.count - 1] = UInt8(ascii: "]")
                scratch.append(UInt8(ascii: ","))
            }
        }
        arena.used = frame.pointee.start + 1
        scratch.withUnsafeBufferPointer { bytes in
            if let start = bytes.baseAddress { arena.append(start, bytes.count, readable: bytes.count) }
        }
    }

    /// Leaves out the direct child of the event in hand, up to its end tag: it exceeds a limit.
    /// - Parameter opening: whether an element has just been opened that has no frame yet.
    mutating func drop(_ reason: String, opening: Bool = false) {
        damage(reason)
        skipping = top + (opening ? 1 : 0)
        guard top > 0 else {
            aside.removeAll()
            return
        }
        let child = frames[1]
        forgetMembers(from: child.member + 1)
        let member = members[child.member]
        if member.previous >= 0 {
            // The place of the first value is noted by the name: the one dropped was chained last.
            let first = Int(names.entries[Int(member.name)].member)
            members[Int(member.previous)].next = -1
            members[first].last = member.previous
            memberCount -= 1
        } else {
            forgetMembers(from: child.member)
        }
        arena.used = child.nameStart
        aside.removeSubrange(child.asideStart...)
        top = 0
    }
}
