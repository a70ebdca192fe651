/// Finds the contents of secret elements in XML, by its tags alone.
///
/// Not a parser: it knows tags, attributes in quotes, comments, CDATA and instructions, and takes whatever else it
/// meets for text, so that a broken body is searched as far as it goes. A secret whose end is missing reaches to the
/// end of the body.
struct XMLSecretFinder {
    private let names: SecretNames
    private let body: [UInt8]
    private var place = 0
    private var path: [String] = []
    private var secret: (start: Int, depth: Int)?
    private var found: [Range<Int>] = []

    /// The contents of the elements in `body` that `names` names, in order; a secret within a secret is part of the
    /// outer one.
    static func contents(in body: [UInt8], of names: SecretNames) -> [Range<Int>] {
        var finder = XMLSecretFinder(names: names, body: body)
        return finder.run()
    }

    private init(names: SecretNames, body: [UInt8]) {
        (self.names, self.body) = (names, body)
    }

    private mutating func run() -> [Range<Int>] {
        while let tag = body[place...].firstIndex(of: UInt8(ascii: "<")) {
            place = tag
            if starts("<!--") {
                skip(past: "-->")
            } else if starts("<![CDATA[") {
                skip(past: "]]>")
            } else if starts("<?") {
                skip(past: "?>")
            } else if starts("<!") {
                skip(past: ">")
            } else if starts("</") {
                close(at: tag)
            } else {
                open()
            }
        }
        if let secret { found.append(secret.start..<body.count) }
        return found
    }

    private mutating func open() {
        let name = localName(from: place + 1)
        let isEmpty = skipTag()
        guard !isEmpty else { return }
        path.append(name)
        if secret == nil, names.contains(path) { secret = (place, path.count) }
    }

    private mutating func close(at tag: Int) {
        if let open = secret, open.depth == path.count {
            found.append(open.start..<tag)
            secret = nil
        }
        _ = path.popLast()
        skip(past: ">")
    }

    private func localName(from start: Int) -> String {
        let name = body[start...].prefix { !$0.isBlank && $0 != UInt8(ascii: ">") && $0 != UInt8(ascii: "/") }
        return String(decoding: name.split(separator: UInt8(ascii: ":")).last ?? [], as: UTF8.self).lowercased()
    }

    /// Moves behind the start tag; true when the element ends with it.
    private mutating func skipTag() -> Bool {
        var quote: UInt8?
        while place < body.count {
            let byte = body[place]
            place += 1
            if let open = quote {
                if byte == open { quote = nil }
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                quote = byte
            } else if byte == UInt8(ascii: ">") {
                return body[place - 2] == UInt8(ascii: "/")
            }
        }
        return true
    }

    private func starts(_ text: StaticString) -> Bool {
        body[place...].starts(with: Self.bytes(text))
    }

    private mutating func skip(past text: StaticString) {
        let end = Self.bytes(text)
        while place < body.count, !body[place...].starts(with: end) { place += 1 }
        place = min(place + end.count, body.count)
    }

    private static func bytes(_ text: StaticString) -> [UInt8] { Array(text.description.utf8) }
}
