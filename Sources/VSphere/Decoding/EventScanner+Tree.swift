import CLibXML2

/// An element outside events that is not closed yet.
struct OpenElement {
    // SAFETY: a dictionary string, which lives as long as the parser context.
    var element: XMLElement
    var text: [UInt8] = []
    /// The name of its children that are events.
    var eventName: UnsafePointer<UInt8>?
}

extension EventScanner {
    // SAFETY: see `EventScanner`: the pointers are good during the callback.

    /// Takes an element outside events: an event begins, or the tree grows.
    mutating func startOutside(
        _ name: UnsafePointer<UInt8>, _ uri: UnsafePointer<UInt8>?, _ count: Int, _ attributes: SAXAttributes?
    ) {
        guard failure == nil else { return }
        if let eventName, name == eventName, uri == known.vim25 { return beginEvent(count, attributes) }
        let index = names.index(of: name)
        guard index >= 0 else { return fail("the answer has too many different names, or a very long one") }
        treeElements += 1
        guard treeElements <= limits.treeElements, tree.count < limits.treeDepth else {
            return fail("the answer has too many elements, or nests them too deep")
        }
        var element = XMLElement(name: names.strings[index], namespace: uri == nil ? "" : text(of: uri))
        if rootName == nil { rootName = "{\(element.namespace)}\(element.name)" }
        element.typeName = typeAttribute(count, attributes).map { String(decoding: $0, as: UTF8.self) }
        if uri == known.vim25, isEventProperty(element) { return beginEvent(count, attributes) }
        element.referenceType = referenceType(count, attributes)
        eventName = eventName(in: element, isVim25: uri == known.vim25)
        tree.append(OpenElement(element: element, eventName: eventName))
    }

    /// Closes an element outside events.
    mutating func endOutside() {
        guard failure == nil, var closed = tree.popLast() else { return }
        closed.element.text = String(decoding: closed.text, as: UTF8.self)
        eventName = tree.last?.eventName
        if tree.isEmpty {
            root = closed.element
        } else {
            tree[tree.count - 1].element.children.append(closed.element)
        }
    }

    /// Takes text outside events.
    mutating func textOutside(_ text: UnsafePointer<UInt8>, _ count: Int) {
        guard failure == nil, !tree.isEmpty else { return }
        treeBytes += count
        guard treeBytes <= limits.treeBytes else { return fail("the answer has too much text") }
        tree[tree.count - 1].text.append(contentsOf: UnsafeBufferPointer(start: text, count: count))
    }

    /// Which children of an element are events: those of the answers of collectors and of arrays of events.
    private mutating func eventName(in element: XMLElement, isVim25: Bool) -> UnsafePointer<UInt8>? {
        guard isVim25 else { return nil }
        if element.typeName == "ArrayOfEvent" { return known.event }
        switch element.name {
        case "ReadNextEventsResponse", "ReadPreviousEventsResponse", "QueryEventsResponse": return known.returnval
        default: return nil
        }
    }

    /// Whether an element is the value of a property that is an event: `latestEvent`, or `latestPage["4711"]` of a
    /// change.
    private mutating func isEventProperty(_ element: XMLElement) -> Bool {
        guard element.name == "val", let type = element.typeName, !type.hasPrefix("ArrayOf"),
            let property = tree.last?.element.text("name")
        else { return false }
        return property == "latestEvent" || property.hasPrefix("latestPage[")
    }

    private mutating func referenceType(_ count: Int, _ attributes: SAXAttributes?) -> String? {
        guard let attributes else { return nil }
        for place in 0..<count where attributes[5 * place] == known.type && attributes[5 * place + 2] == nil {
            guard let start = attributes[5 * place + 3], let end = attributes[5 * place + 4] else { continue }
            return String(decoding: UnsafeBufferPointer(start: start, count: end - start), as: UTF8.self)
        }
        return nil
    }

    private mutating func text(of string: UnsafePointer<UInt8>?) -> String {
        guard let string else { return "" }
        if string == known.vim25 { return XMLElement.vim25 }
        return String(decoding: UnsafeBufferPointer(start: string, count: Int(xmlStrlen(string))), as: UTF8.self)
    }
}
