import EventModel

/// Where the parts of an argument struct are in the arena: `{"name":"N","vm":{"type":"T","value":"V"}}`.
struct ArgumentParts {
    var name = 0..<0
    var type = 0..<0
    var value = 0..<0
}

/// Where the parts are that say what an `EventEx` or `ExtendedEvent` is about: a managed object, or three texts.
struct EventSubject: BitwiseCopyable {
    var object = EventRecord.none
    var id = EventRecord.none
    var type = EventRecord.none
    var name = EventRecord.none
}

extension EventScanner {
    // SAFETY: see `EventScanner`; ranges of the arena lie below `used`.
    // All methods are mutating, also those that only read: else each call would copy the scanner.

    /// Sets the typed part an element stands for, before its value is closed.
    @inline(__always)
    mutating func settleRole(_ frame: UnsafeMutablePointer<Frame>) {
        let role = frame.pointee.role
        if role.objectIndex != nil {
            if frame.pointee.kind == .object, record.objects[role] < 0 {
                record.objects[role] = object(key: Int(frame.pointee.start)..<arena.used)
            }
            return
        }
        guard frame.pointee.kind != .object else { return damageIfNeeded(role) }
        let text = (frame.pointee.kind == .empty ? arena.used : Int(frame.pointee.textStart))..<arena.used
        switch role {
        case .argumentName: argument.name = text
        case .argumentReference: argument.value = text
        case .key:
            guard !record.hasKey else { return damage("<key> is given twice") }
            guard let key = integer(text) else { return damageIfNeeded(role) }
            (record.key, record.hasKey) = (key, true)
            frame.pointee.shape = .number
        case .chainId:
            guard !record.hasChainId, let chainId = integer(text) else { return }
            (record.chainId, record.hasChainId) = (chainId, true)
            frame.pointee.shape = .number
        case .createdTime:
            guard !record.hasCreatedTime else { return damage("<createdTime> is given twice") }
            guard let time = times.read(bytes(text)) else { return damageIfNeeded(role) }
            (record.createdTime, record.hasCreatedTime) = (time.nanoseconds, true)
        case .userName: if record.userName < 0 { record.userName = string(text) }
        case .eventTypeId: if record.eventTypeId < 0 { record.eventTypeId = string(text) }
        case .severity: if record.severity < 0 { record.severity = string(text) }
        case .objectId: if subject.id < 0 { subject.id = string(text) }
        case .objectType: if subject.type < 0 { subject.type = string(text) }
        case .objectName: if subject.name < 0 { subject.name = string(text) }
        case .managedObject:
            argument.value = text
            if !argument.type.isEmpty, subject.object < 0 {
                subject.object = object(key: Int(frame.pointee.start)..<arena.used)
            }
        default: break
        }
    }

    private mutating func damageIfNeeded(_ role: EventRole) {
        if role == .key { damage("<key> is no 32-bit integer") }
        if role == .createdTime { damage("<createdTime> is no time") }
    }

    @inline(__always)
    private mutating func bytes(_ range: Range<Int>) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: arena.base + range.lowerBound, count: range.count)
    }

    @inline(__always)
    private mutating func integer(_ range: Range<Int>) -> Int32? {
        JSONInteger.value(of: arena.base + range.lowerBound, range.count, digits: 10).flatMap { Int32(exactly: $0) }
    }

    /// The place of a text in the page's table.
    @inline(never)
    private mutating func string(_ range: Range<Int>) -> Int32 {
        let (start, count) = (UnsafePointer(arena.base + range.lowerBound), range.count)
        let hash = ByteKeyTable.hash(start, count)
        let found = stringTable.find(start, count, hash: hash)
        if found >= 0 { return Int32(truncatingIfNeeded: found) }
        let text = unescaped(range)
        tables.strings.append(text)
        stringTable.insert(start, count, hash: hash, value: tables.strings.count - 1)
        return Int32(truncatingIfNeeded: tables.strings.count - 1)
    }

    /// The place of the managed object the argument in hand names; `key` is all of its JSON so far.
    @inline(__always)
    private mutating func object(key: Range<Int>) -> Int32 {
        let (start, count) = (UnsafePointer(arena.base + key.lowerBound), key.count)
        let hash = ByteKeyTable.hash(start, count)
        let found = objectTable.find(start, count, hash: hash)
        if found >= 0 { return Int32(truncatingIfNeeded: found) }
        let (name, type, value) = (unescaped(argument.name), unescaped(argument.type), unescaped(argument.value))
        tables.objects.append(EntityReference(name: name, type: type, value: value))
        objectTable.insert(start, count, hash: hash, value: tables.objects.count - 1)
        return Int32(truncatingIfNeeded: tables.objects.count - 1)
    }

    /// The place of what an `EventEx` or `ExtendedEvent` is about; `EventRecord.none` where it does not say.
    mutating func subjectObject() -> Int32 {
        if subject.object >= 0 { return subject.object }
        guard subject.id >= 0, subject.type >= 0 else { return EventRecord.none }
        let (name, type, value) = (subject.name, tables.strings[Int(subject.type)], tables.strings[Int(subject.id)])
        return withUnsafeBytes(of: subject) { key in
            guard let start = key.bindMemory(to: UInt8.self).baseAddress else { return EventRecord.none }
            let hash = ByteKeyTable.hash(start, key.count)
            let found = subjectTable.find(start, key.count, hash: hash)
            if found >= 0 { return Int32(truncatingIfNeeded: found) }
            let name = name >= 0 ? tables.strings[Int(name)] : ""
            tables.objects.append(EntityReference(name: name, type: type, value: value))
            subjectTable.insert(start, key.count, hash: hash, value: tables.objects.count - 1)
            return Int32(truncatingIfNeeded: tables.objects.count - 1)
        }
    }

    /// The text of a JSON string of ours, its quotes not counted.
    private mutating func unescaped(_ range: Range<Int>) -> String {
        let text = bytes(range)
        guard text.contains(UInt8(ascii: "\\")) else { return String(decoding: text, as: UTF8.self) }
        let quote = UInt8(ascii: "\"")
        let value = try? JSONDocument([quote] + text + [quote]).root.value
        return value?.string ?? String(decoding: text, as: UTF8.self)
    }
}
