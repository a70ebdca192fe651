import CLibXML2

/// Attributes as libxml2 hands them over: local name, prefix, URI, begin and end of the value, for each.
typealias SAXAttributes = UnsafeMutablePointer<UnsafePointer<UInt8>?>

extension EventScanner {
    // SAFETY: see `EventScanner`: the pointers are good during the callback.

    /// Takes a start tag.
    @inline(__always)
    mutating func startElement(
        _ name: UnsafePointer<UInt8>, _ uri: UnsafePointer<UInt8>?, _ count: Int, _ attributes: SAXAttributes?
    ) {
        if isPlain {
            startInside(name, uri, count, attributes)
        } else {
            startElsewhere(name, uri, count, attributes)
        }
    }

    /// Takes an end tag.
    @inline(__always)
    mutating func endElement() {
        if isPlain, top > 0 { endInside() } else { endElsewhere() }
    }

    /// Takes text, whole or a part of it.
    @inline(__always)
    mutating func characters(_ text: UnsafePointer<UInt8>, _ count: Int) {
        if isPlain { textInside(text, count) } else { textElsewhere(text, count) }
    }

    @inline(never)
    private mutating func startElsewhere(
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

    @inline(never)
    private mutating func endElsewhere() {
        if needsRepair { repair() }
        if skipping > 0 {
            skipping -= 1
            settleMode()
        } else if top > 0 {
            endInside()
        } else if top == 0 {
            endEvent()
        } else {
            endOutside()
        }
    }

    @inline(never)
    private mutating func textElsewhere(_ text: UnsafePointer<UInt8>, _ count: Int) {
        if needsRepair { repair() }
        if top < 0 {
            textOutside(text, count)
        } else if skipping == 0 {
            textInside(text, count)
        }
    }

    @inline(__always)
    private mutating func textInside(_ text: UnsafePointer<UInt8>, _ count: Int) {
        let frame = frames + top
        switch frame.pointee.kind {
        case .empty:
            // What may become a number is written bare first.
            if frame.pointee.shape == .text { arena.append(UInt8(ascii: "\"")) }
            frame.pointee.kind = .text
            frame.pointee.textStart = Int32(truncatingIfNeeded: arena.used)
        case .text, .reference: break
        case .object: return textAside(text, count)
        }
        arena.appendEscaped(text, count, readable: readable(text))
        if arena.used - Int(frame.pointee.textStart) > limits.textBytes { return drop("a text is too long") }
        if arena.used > limits.eventBytes { drop("the event is too large") }
    }

    /// How many bytes may be read from a text: to the end of libxml2's buffer if it is there, else none are known.
    @inline(__always)
    mutating func readable(_ text: UnsafePointer<UInt8>) -> Int {
        guard let input = context.pointee.input, let base = input.pointee.base, let end = input.pointee.end,
            text >= base, text < end
        else { return 0 }
        return end - text
    }

    @inline(__always)
    private mutating func startInside(
        _ name: UnsafePointer<UInt8>, _ uri: UnsafePointer<UInt8>?, _ count: Int, _ attributes: SAXAttributes?
    ) {
        let index = names.index(of: name)
        guard index >= 0 else { return fail("the answer has too many different names, or a very long one") }
        guard top < limits.eventDepth, memberCount < limits.members, arena.used <= limits.eventBytes else {
            return drop(
                "elements are nested too deep, or have too many members, or the event is too large", opening: true)
        }
        let parent = frames + top
        if parent.pointee.kind != .object || asideCount > parent.pointee.asideMark { openForMembers(parent) }
        addMember(index, to: parent, depth: top)
        top &+= 1
        let frame = frames + top
        frame.initialize(
            to: Frame(
                start: Int32(truncatingIfNeeded: arena.used), member: Int32(truncatingIfNeeded: memberCount - 1),
                children: Int32(truncatingIfNeeded: memberCount), asideStart: asideCount, asideMark: asideCount))
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
        frame.pointee.role = names.entries[index].role
        if frame.pointee.role.objectIndex != nil || frame.pointee.role == .managedObject { argument = ArgumentParts() }
        let shape = shapes.shape(of: index)
        if shape == .text { return }
        if shape.isList { frames[0].gathers = true }
        frame.pointee.shape = shape.element
    }

    /// Writes `"name":` and notes that its value follows.
    @inline(__always)
    mutating func addMember(_ index: Int, to parent: UnsafeMutablePointer<Frame>, depth: Int) {
        if memberCount == memberCapacity { growMembers() }
        let entry = names.entries + index
        if depth < NameTable.depths {
            let serial = NameTable.serial(of: entry, depth: depth)
            if serial.pointee == parent.pointee.serial { parent.pointee.gathers = true }
            serial.pointee = parent.pointee.serial
        } else {
            parent.pointee.gathers = true
        }
        arena.append(names.json(of: entry), Int(entry.pointee.length))
        if !entry.pointee.isASCII { arena.noteNonASCII() }
        (members + memberCount).initialize(
            to: Member(name: Int32(truncatingIfNeeded: index), start: Int32(truncatingIfNeeded: arena.used), end: 0))
        memberCount &+= 1
    }

    @inline(__always)
    private mutating func endInside() {
        let frame = frames + top
        if frame.pointee.role != .none { settleRole(frame) }
        switch frame.pointee.kind {
        case .text:
            if frame.pointee.shape == .text {
                arena.appendWord("\",      ", 2)
            } else {
                if !fitsShape(frame) { quote(frame) }
                arena.append(UInt8(ascii: ","))
            }
        case .empty: arena.appendWord("\"\",     ", 3)
        case .reference: arena.appendWord("\"},     ", 3)
        case .object:
            closeObject(frame)
            arena.append(UInt8(ascii: ","))
        }
        members[Int(frame.pointee.member)].end = Int32(truncatingIfNeeded: arena.used - 1)
        top &-= 1
    }

    private mutating func growMembers() {
        let grown = UnsafeMutablePointer<Member>.allocate(capacity: memberCapacity * 2)
        grown.initialize(from: members, count: memberCount)
        members.deallocate()
        (members, memberCapacity) = (grown, memberCapacity * 2)
    }
}
