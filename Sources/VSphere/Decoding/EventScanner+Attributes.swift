import CLibXML2
import EventModel

extension EventScanner {
    // SAFETY: see `EventScanner`: `attributes` holds five pointers for each of `count`; a value lies between its two.

    /// Reads the attributes of an element of an event: the type of its value, what it refers to, and any other.
    @inline(__always)
    mutating func readAttributes(of frame: UnsafeMutablePointer<Frame>, _ count: Int, _ attributes: SAXAttributes) {
        if count == 1, attributes[0] == known.type, attributes[2] == nil,
            let start = attributes[3], let end = attributes[4]
        {
            beginReference(frame, UnsafeBufferPointer(start: start, count: end - start))
        } else {
            readAnyAttributes(of: frame, count, attributes)
        }
    }

    /// Writes `{"type":"T","value":"`.
    @inline(__always)
    private mutating func beginReference(_ frame: UnsafeMutablePointer<Frame>, _ type: UnsafeBufferPointer<UInt8>) {
        guard let start = type.baseAddress, type.count <= limits.textBytes else {
            return drop("an attribute is too long")
        }
        frame.pointee.kind = .reference
        arena.appendWord("{\"type\":", 8)
        arena.append(UInt8(ascii: "\""))
        let typeStart = arena.used
        arena.appendEscaped(start, type.count, readable: readable(start))
        if top == 2, frames[1].role.objectIndex != nil, argument.type.isEmpty {
            argument.type = typeStart..<arena.used
            frame.pointee.role = .argumentReference
        } else if frame.pointee.role == .managedObject {
            argument.type = typeStart..<arena.used
        }
        arena.appendWord("\",\"value", 8)
        arena.appendWord("\":\"     ", 3)
        frame.pointee.textStart = Int32(truncatingIfNeeded: arena.used)
    }

    @inline(never)
    private mutating func readAnyAttributes(
        of frame: UnsafeMutablePointer<Frame>, _ count: Int, _ attributes: SAXAttributes
    ) {
        guard count <= limits.attributes else { return drop("an element has too many attributes") }
        for place in 0..<count where !isSchemaType(frame, attributes + 5 * place) {
            let attribute = attributes + 5 * place
            guard let local = attribute[0], let start = attribute[3], let end = attribute[4] else { continue }
            guard end - start <= limits.textBytes else { return drop("an attribute is too long") }
            if frame.pointee.kind == .empty { beginObject(frame) }
            let text = UnsafeBufferPointer(start: start, count: end - start)
            if local == known.type, attribute[2] == nil {
                frame.pointee.textName = .value
                addMember(text, name: known.type, to: frame)
            } else if local == known.type, attribute[2] == known.schemaInstance {
                if frame.pointee.textName == .text { frame.pointee.textName = .typedValue }
                addMember(UnsafeBufferPointer(rebasing: Self.localPart(of: text)), name: known.typeName, to: frame)
            } else {
                addMember(text, name: attributeName(local), to: frame)
            }
        }
    }

    /// Whether an attribute says that the value is of one of XML Schema's own types; then its shape is that.
    private mutating func isSchemaType(_ frame: UnsafeMutablePointer<Frame>, _ attribute: SAXAttributes) -> Bool {
        guard attribute[0] == known.type, attribute[2] == known.schemaInstance,
            let start = attribute[3], let end = attribute[4]
        else { return false }
        let text = UnsafeBufferPointer(start: start, count: end - start)
        guard namespace(ofPrefixIn: text) == known.schema else { return false }
        let type = String(decoding: Self.localPart(of: text), as: UTF8.self)
        if let shape = FieldShape(schemaType: type) { frame.pointee.shape = shape }
        return true
    }

    private mutating func addMember(
        _ text: UnsafeBufferPointer<UInt8>, name: UnsafePointer<UInt8>?, to frame: UnsafeMutablePointer<Frame>
    ) {
        guard let name, let start = text.baseAddress else { return }
        let index = names.index(of: name)
        guard index >= 0 else { return fail("the answer has too many different names") }
        addMember(index, to: frame, depth: frame - frames)
        arena.append(UInt8(ascii: "\""))
        arena.appendEscaped(start, text.count, readable: readable(start))
        arena.appendWord("\",      ", 2)
        members[memberCount - 1].end = Int32(truncatingIfNeeded: arena.used - 1)
    }

    /// The dictionary string of an attribute's name with `@` before it.
    private mutating func attributeName(_ local: UnsafePointer<UInt8>) -> UnsafePointer<UInt8>? {
        let name = [UInt8(ascii: "@")] + UnsafeBufferPointer(start: local, count: Int(xmlStrlen(local)))
        return xmlDictLookup(context.pointee.dict, name, Int32(truncatingIfNeeded: name.count))
    }

    /// A qualified name without its prefix.
    static func localPart(of name: UnsafeBufferPointer<UInt8>) -> Slice<UnsafeBufferPointer<UInt8>> {
        guard let colon = name.firstIndex(of: UInt8(ascii: ":")) else { return name[...] }
        return name[(colon + 1)...]
    }

    /// The namespace a qualified name's prefix stands for here; nil when it has none.
    mutating func namespace(ofPrefixIn name: UnsafeBufferPointer<UInt8>) -> UnsafePointer<UInt8>? {
        guard let colon = name.firstIndex(of: UInt8(ascii: ":")), let bindings = context.pointee.nsTab else {
            return nil
        }
        var index = Int(context.pointee.nsNr) - 2
        while index >= 0 {
            if let prefix = bindings[index], Int(xmlStrlen(prefix)) == colon,
                UnsafeBufferPointer(start: prefix, count: colon).elementsEqual(name[..<colon])
            {
                return bindings[index + 1]
            }
            index -= 2
        }
        return nil
    }
}
