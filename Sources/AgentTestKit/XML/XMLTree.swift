/// An element of an XML text, read whole: for requests and answers a test makes or asks for itself.
///
/// Names are local names; prefixes, comments and processing instructions are passed over. It reads well-formed XML
/// without a DTD and does not check everything a validating reader would.
package struct XMLTree: Sendable, Hashable {
    /// The local name.
    package var name: String
    /// By local name; namespace declarations are left out.
    package var attributes: [String: String]
    /// The text directly inside, without the children's.
    package var text: String
    /// In document order.
    package var children: [XMLTree]

    package init(name: String, attributes: [String: String] = [:], text: String = "", children: [XMLTree] = []) {
        (self.name, self.attributes, self.text, self.children) = (name, attributes, text, children)
    }

    /// Reads the root element of `bytes`; nil when they are not well-formed.
    package init?(_ bytes: [UInt8]) {
        var reader = XMLTreeReader(bytes: bytes)
        guard let root = reader.readDocument() else { return nil }
        self = root
    }

    /// The first child of that name.
    package subscript(name: String) -> XMLTree? {
        children.first { $0.name == name }
    }

    /// All children of that name.
    package func all(_ name: String) -> [XMLTree] {
        children.filter { $0.name == name }
    }

    /// The first element of that name at any depth, this one included.
    package func first(_ name: String) -> XMLTree? {
        if self.name == name { return self }
        for child in children {
            if let found = child.first(name) { return found }
        }
        return nil
    }
}

/// Reads elements from bytes; every step fails by returning nil.
private struct XMLTreeReader {
    /// Deeper nesting is refused: a request has about ten levels.
    private static let depthLimit = 64

    let bytes: [UInt8]
    var position = 0

    mutating func readDocument() -> XMLTree? {
        guard passOver() else { return nil }
        return readElement(depth: 0)
    }

    /// Passes over white space, comments and processing instructions before an element.
    private mutating func passOver() -> Bool {
        while position < bytes.count {
            if bytes[position] <= 0x20 {
                position += 1
            } else if starts("<?") {
                guard skip(past: "?>") else { return false }
            } else if starts("<!--") {
                guard skip(past: "-->") else { return false }
            } else {
                return bytes[position] == UInt8(ascii: "<") && !starts("<!")
            }
        }
        return false
    }

    private mutating func readElement(depth: Int) -> XMLTree? {
        guard depth < Self.depthLimit, starts("<") else { return nil }
        position += 1
        let qualified = readName()
        guard !qualified.isEmpty, let attributes = readAttributes() else { return nil }
        var element = XMLTree(name: local(qualified), attributes: attributes)
        if starts("/>") {
            position += 2
            return element
        }
        guard starts(">") else { return nil }
        position += 1
        var text: [UInt8] = []
        while position < bytes.count {
            if starts("</") {
                position += 2
                guard readName() == qualified, skip(past: ">") else { return nil }
                element.text = String(decoding: text, as: UTF8.self)
                return element
            } else if starts("<![CDATA[") {
                let start = position + 9
                guard skip(past: "]]>") else { return nil }
                text += bytes[start..<position - 3]
            } else if starts("<!--") {
                guard skip(past: "-->") else { return nil }
            } else if starts("<") {
                guard let child = readElement(depth: depth + 1) else { return nil }
                element.children.append(child)
            } else {
                guard readText(until: "<", into: &text) else { return nil }
            }
        }
        return nil
    }

    /// Reads attributes up to `>` or `/>`.
    private mutating func readAttributes() -> [String: String]? {
        var attributes: [String: String] = [:]
        while true {
            while position < bytes.count, bytes[position] <= 0x20 { position += 1 }
            if starts(">") || starts("/>") { return attributes }
            let name = readName()
            guard !name.isEmpty, starts("=") else { return nil }
            position += 1
            guard position < bytes.count else { return nil }
            let quote = bytes[position]
            guard quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else { return nil }
            position += 1
            var value: [UInt8] = []
            guard readText(until: Character(Unicode.Scalar(quote)), into: &value) else { return nil }
            position += 1
            if name != "xmlns", !name.hasPrefix("xmlns:") {
                attributes[local(name)] = String(decoding: value, as: UTF8.self)
            }
        }
    }

    /// Reads text with its references replaced, up to `end`, which must come.
    private mutating func readText(until end: Character, into text: inout [UInt8]) -> Bool {
        let end = end.asciiValue ?? 0
        while position < bytes.count, bytes[position] != end {
            if bytes[position] == UInt8(ascii: "&") {
                let start = position + 1
                guard skip(past: ";"), let replaced = Self.reference(bytes[start..<position - 1]) else { return false }
                text += replaced
            } else {
                text.append(bytes[position])
                position += 1
            }
        }
        return position < bytes.count
    }

    private static func reference(_ name: ArraySlice<UInt8>) -> [UInt8]? {
        let name = String(decoding: name, as: UTF8.self)
        let named: [String: UInt8] = ["lt": 0x3C, "gt": 0x3E, "amp": 0x26, "quot": 0x22, "apos": 0x27]
        if let byte = named[name] { return [byte] }
        guard name.hasPrefix("#") else { return nil }
        let digits = name.dropFirst()
        let code = digits.hasPrefix("x") ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
        return code.flatMap(Unicode.Scalar.init).map { Array(String($0).utf8) }
    }

    private mutating func readName() -> String {
        let start = position
        let ends: [UInt8] = [0x20, 0x09, 0x0A, 0x0D, 0x3E, 0x2F, 0x3D]
        while position < bytes.count, !ends.contains(bytes[position]) { position += 1 }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private func local(_ name: String) -> String {
        name.split(separator: ":").last.map(String.init) ?? name
    }

    private func starts(_ text: StaticString) -> Bool {
        text.withUTF8Buffer { text in
            bytes.count - position >= text.count && bytes[position..<position + text.count].elementsEqual(text)
        }
    }

    private mutating func skip(past text: StaticString) -> Bool {
        while position < bytes.count {
            if starts(text) {
                position += text.utf8CodeUnitCount
                return true
            }
            position += 1
        }
        return false
    }
}
