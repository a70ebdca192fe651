import CLibXML2

/// Attributes as libxml2 hands them over: local name, prefix, URI, begin and end of the value, for each.
typealias SAXAttributes = UnsafeMutablePointer<UnsafePointer<UInt8>?>

extension EventScanner {
    // SAFETY: see `EventScanner`: the pointers are good during the callback.

    @inline(__always)
    mutating func startElement(
        _ name: UnsafePointer<UInt8>, _ uri: UnsafePointer<UInt8>?, _ count: Int, _ attributes: SAXAttributes?
    ) {
        if needsRepair { repair() }
        if top < 0 {
            startOutside(name, uri, count, attributes)
        } else if skipping > 0 {
            skipping += 1
        } else {
            startInside(name, uri, count, attributes)
        }
    }

    @inline(__always)
    mutating func endElement() {
        if needsRepair { repair() }
        if skipping > 0 {
            skipping -= 1
        } else if top > 0 {
            endInside()
        } else if top == 0 {
            endEvent()
        } else {
            endOutside()
        }
    }

    @inline(__always)
    mutating func characters(_ text: UnsafePointer<UInt8>, _ count: Int) {
        if needsRepair { repair() }
        if top < 0 { return textOutside(text, count) }
        if skipping > 0 { return }
        let frame = frames + top
        switch frame.pointee.kind {
        case .empty:
            arena.append(UInt8(ascii: "\""))
            frame.pointee.kind = .text
            frame.pointee.textStart = arena.used
            arena.appendEscaped(text, count)
        case .text, .reference:
            arena.appendEscaped(text, count)
        case .object:
            return textAside(text, count)
        }
        if arena.used - frame.pointee.textStart > limits.textBytes { return drop("a text is too long") }
        if arena.used > limits.eventBytes { drop("the event is too large") }
    }

    @inline(__always)
    private mutating func startInside(
        _ name: UnsafePointer<UInt8>, _ uri: UnsafePointer<UInt8>?, _ count: Int, _ attributes: SAXAttributes?
    ) {
        let index = names.index(of: name)
        guard index >= 0 else { return fail("the answer has too many different names, or a very long one") }
        guard top < limits.eventDepth else { return drop("elements are nested too deep", opening: true) }
        guard memberCount < limits.members else { return drop("an element has too many members", opening: true) }
        guard arena.used <= limits.eventBytes else { return drop("the event is too large", opening: true) }
        let parent = frames + top
        if parent.pointee.kind != .object || aside.count > parent.pointee.asideMark { openForMembers(parent) }
        let nameStart = arena.used
        let member = addMember(index, to: parent)
        top += 1
        let frame = frames + top
        frame.initialize(
            to: Frame(
                nameStart: nameStart, start: arena.used, member: member, children: memberCount,
                asideStart: aside.count, asideMark: aside.count))
        if top == 1 {
            if uri == known.vim25 { identify(frame, index) }
        } else if top == 2, name == known.name, frames[1].role.objectIndex != nil, uri == known.vim25 {
            frame.pointee.role = .argumentName
        }
        if count > 0, let attributes { readAttributes(of: frame, count, attributes) }
    }

    /// What a direct child of the event means, and how its text is written.
    @inline(__always)
    private mutating func identify(_ frame: UnsafeMutablePointer<Frame>, _ index: Int) {
        let role = names.entries[index].role
        let isRepeated = members[frame.pointee.member].previous >= 0
        if isRepeated {
            if role == .key || role == .createdTime { damage("<\(names.strings[index])> is given twice") }
        } else {
            frame.pointee.role = role
            if role.objectIndex != nil || role == .managedObject { argument = ArgumentParts() }
        }
        let shape = classShapes[Int(record.className)].shape(of: index, in: names)
        if shape.isList {
            members[frame.pointee.member].isList = true
            frames[0].gathers = true
        }
        frame.pointee.shape = shape.element
    }

    /// Writes `"name":` and notes that its value follows. Returns the place of the note.
    @inline(__always)
    mutating func addMember(_ index: Int, to parent: UnsafeMutablePointer<Frame>) -> Int {
        if memberCount == memberCapacity { growMembers() }
        let entry = names.entries + index
        let place = memberCount
        var member = Member(
            name: Int32(truncatingIfNeeded: index), last: Int32(truncatingIfNeeded: place),
            savedSerial: entry.pointee.serial, savedMember: entry.pointee.member)
        if entry.pointee.serial == parent.pointee.serial {
            let first = members + Int(entry.pointee.member)
            member.previous = first.pointee.last
            members[Int(first.pointee.last)].next = Int32(truncatingIfNeeded: place)
            first.pointee.last = Int32(truncatingIfNeeded: place)
            parent.pointee.gathers = true
        } else {
            entry.pointee.serial = parent.pointee.serial
            entry.pointee.member = Int32(truncatingIfNeeded: place)
        }
        arena.append(
            names.text + Int(entry.pointee.jsonStart), Int(entry.pointee.jsonLength),
            readable: Int(entry.pointee.jsonLength) + 7)
        if !entry.pointee.isASCII { arena.noteNonASCII() }
        member.start = Int32(truncatingIfNeeded: arena.used)
        (members + place).initialize(to: member)
        memberCount += 1
        return place
    }

    @inline(__always)
    private mutating func endInside() {
        let frame = frames + top
        if frame.pointee.role != .none { settleRole(frame) }
        switch frame.pointee.kind {
        case .empty: arena.append("\"\"")
        case .text:
            arena.append(UInt8(ascii: "\""))
            if frame.pointee.shape != .text { writeAsShape(frame) }
        case .reference: arena.append("\"}")
        case .object: closeObject(frame)
        }
        members[frame.pointee.member].end = Int32(truncatingIfNeeded: arena.used)
        arena.append(UInt8(ascii: ","))
        top -= 1
    }

    private mutating func growMembers() {
        let grown = UnsafeMutablePointer<Member>.allocate(capacity: memberCapacity * 2)
        grown.initialize(from: members, count: memberCount)
        members.deallocate()
        (members, memberCapacity) = (grown, memberCapacity * 2)
    }
}
