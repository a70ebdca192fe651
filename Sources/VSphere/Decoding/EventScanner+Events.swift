import CLibXML2
import EventModel

extension EventScanner {
    // SAFETY: see `EventScanner`; ranges of the arena lie below `used`.

    /// Begins an event of the class an attribute names, or of `Event`.
    mutating func beginEvent(_ count: Int, _ attributes: SAXAttributes?) {
        guard records.count < limits.events else { return fail("the answer has more than \(limits.events) events") }
        let type = typeAttribute(count, attributes)
        record = EventRecord(className: Int32(truncatingIfNeeded: classIndex(type)))
        arena.beginEvent()
        subject = EventSubject()
        shapes = classShapes[Int(record.className)]
        top = 0
        settleMode()
        memberCount = 0
        frames.initialize(to: Frame(start: 0, member: 0, children: 0, asideStart: 0, asideMark: 0))
        beginObject(frames)
        writeClassName()
        guard let attributes else { return }
        if count > limits.attributes { return damage("the event has too many attributes") }
        for place in 0..<count where attributes[5 * place + 2] != known.schemaInstance {
            readAttributes(of: frames, 1, attributes + 5 * place)
        }
    }

    /// Writes `"_typeName":"Class",`.
    private mutating func writeClassName() {
        guard let name = known.typeName else { return }
        let index = names.index(of: name)
        guard index >= 0 else { return fail("the answer has too many different names") }
        addMember(index, to: frames, depth: 0)
        arena.append(classJSON[Int(record.className)])
        members[memberCount - 1].end = Int32(truncatingIfNeeded: arena.used)
        arena.append(UInt8(ascii: ","))
    }

    /// The local part of `xsi:type`.
    mutating func typeAttribute(_ count: Int, _ attributes: SAXAttributes?) -> UnsafeBufferPointer<UInt8>? {
        guard let attributes else { return nil }
        for place in 0..<count {
            let attribute = attributes + 5 * place
            guard attribute[0] == known.type, attribute[2] == known.schemaInstance,
                let start = attribute[3], let end = attribute[4]
            else { continue }
            return UnsafeBufferPointer(
                rebasing: Self.localPart(of: UnsafeBufferPointer(start: start, count: end - start)))
        }
        return nil
    }

    private mutating func classIndex(_ type: UnsafeBufferPointer<UInt8>?) -> Int {
        guard let start = type?.baseAddress, let count = type?.count, count > 0 else { return newClass("Event") }
        let hash = ByteKeyTable.hash(start, count)
        let found = classTable.find(start, count, hash: hash)
        if found >= 0 { return found }
        let name = String(
            decoding: UnsafeBufferPointer(start: start, count: min(count, limits.textBytes)), as: UTF8.self)
        let index = newClass(EventClasses.standard.sharedName(name))
        classTable.insert(start, count, hash: hash, value: index)
        return index
    }

    private mutating func newClass(_ name: String) -> Int {
        var json: [UInt8] = []
        json.appendJSONString(name)
        tables.classNames.append(name)
        classJSON.append(json)
        classShapes.append(ClassShapes(shapes(ofClass: name)))
        return classShapes.count - 1
    }

    /// The fields of a class that are not plain texts.
    private mutating func shapes(ofClass name: String) -> [(index: Int, shape: FieldShape)] {
        EventClasses.standard.shapes(of: name).compactMap { field, shape in
            guard let address = xmlDictLookup(context.pointee.dict, field, -1) else { return nil }
            let index = names.index(of: address)
            return index < 0 ? nil : (index, shape)
        }
    }

    /// Ends the event in hand.
    mutating func endEvent() {
        top = -1
        settleMode()
        closeObject(frames)
        if !aside.isEmpty { aside.removeAll(keepingCapacity: true) }
        if !record.hasKey { damage("the event has no <key>") }
        if !record.hasCreatedTime { damage("the event has no <createdTime>") }
        if arena.holdsNonASCII { repairText() }
        if arena.overflowed { return fail("an event grew beyond its room") }
        guard failure == nil else { return }
        record.block = arena.block
        record.start = Int32(truncatingIfNeeded: arena.eventStart)
        record.end = Int32(truncatingIfNeeded: arena.eventStart + arena.used)
        if record.objects[.entity] < 0 { record.objects[.entity] = subjectObject() }
        if records.count == 50 { records.reserveCapacity(1000) }
        records.append(record)
        if record.damage < 0 { soundEvents += 1 }
        arena.finishEvent()
    }

    /// Replaces what is not UTF-8; libxml2 lets such bytes through after it complained about them.
    private mutating func repairText() {
        let bytes = UnsafeBufferPointer(start: arena.base, count: arena.used)
        guard String(validating: bytes, as: UTF8.self) == nil else { return }
        damage("a text is not UTF-8")
        let repaired = Array(String(decoding: bytes, as: UTF8.self).utf8)
        arena.used = 0
        arena.append(repaired)
    }
}
