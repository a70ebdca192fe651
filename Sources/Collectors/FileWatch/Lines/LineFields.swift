/// What a line says: names and values that all lie in one buffer, so that no text is made for them.
///
/// The buffer begins with the line itself; what had to be unescaped, and names the line does not spell out, stand
/// behind it. A name is there once: setting it again replaces its value. Bounded by `maximumFields`.
package struct LineFields: Sendable {
    /// Fields kept of one line; what comes after them is only counted.
    package static let maximumFields = 128

    /// How a value is written in JSON.
    package enum Kind: UInt8, Sendable {
        /// Text, as a string.
        case text
        /// JSON already: a number, true, an object.
        case json
    }

    /// One field: where its name and its value lie.
    package struct Field: Sendable {
        package var name: Range<Int>
        package var value: Range<Int>
        package var kind: Kind
    }

    /// The line, and behind it what was added.
    package private(set) var text: [UInt8] = []
    /// Where the line ends.
    package private(set) var end = 0
    package private(set) var fields: [Field] = []
    /// Fields beyond the limit.
    package private(set) var leftOut = 0
    /// The line is UTF-8; where it is not, each piece is looked at by itself.
    package private(set) var isUTF8 = true
    /// What a person reads of the line.
    package var message: Range<Int> = 0..<0
    /// What tells the time; nil where nothing does.
    package var time: Range<Int>?

    package init() {}

    /// Begins a line, without fields: all of it is the message.
    package mutating func begin(_ line: ArraySlice<UInt8>) {
        text.removeAll(keepingCapacity: true)
        text.append(contentsOf: line)
        fields.removeAll(keepingCapacity: true)
        (end, leftOut, message, time) = (text.count, 0, 0..<text.count, nil)
        isUTF8 = (try? UTF8Span(validating: text.span)) != nil
    }

    /// Forgets the fields: the line is not of the format it was taken for.
    package mutating func clear() {
        text.removeSubrange(end...)
        fields.removeAll(keepingCapacity: true)
        (leftOut, message, time) = (0, 0..<end, nil)
    }

    /// Replaces the message by a longer one that this line only ends, and the time by that of its beginning.
    mutating func join(_ bytes: [UInt8], time: [UInt8]) {
        message = append(bytes)
        if !time.isEmpty { self.time = append(time) }
        // Runtimes split between bytes, not between characters: only the whole is text.
        isUTF8 = (try? UTF8Span(validating: text.span)) != nil
        if let log = field("log") { set(log.name, message) }
    }

    /// Sets a field whose name stands in the buffer.
    package mutating func set(_ name: Range<Int>, _ value: Range<Int>, kind: Kind = .text) {
        var name = name
        // Two names that are no text could be the same when they are written as text.
        if !isUTF8, String(validating: text[name], as: UTF8.self) == nil { name = append(Array(string(name).utf8)) }
        let field = Field(name: name, value: value, kind: kind)
        if let place = fields.firstIndex(where: { isSame($0.name, name) }) {
            fields[place] = field
        } else if fields.count < Self.maximumFields {
            fields.append(field)
        } else {
            leftOut += 1
        }
    }

    /// Sets a field with a name of our own.
    package mutating func set(_ name: String, _ value: Range<Int>, kind: Kind = .text) {
        let place = append(name.utf8)
        set(place, value, kind: kind)
    }

    /// Adds bytes behind the line.
    @discardableResult
    package mutating func append(_ bytes: some Sequence<UInt8>) -> Range<Int> {
        let start = text.count
        text.append(contentsOf: bytes)
        return start..<text.count
    }

    /// Adds one byte behind the line.
    package mutating func append(_ byte: UInt8) {
        text.append(byte)
    }

    /// The field of a name.
    package func field(_ name: String) -> Field? {
        fields.first { $0.name.count == name.utf8.count && text[$0.name].elementsEqual(name.utf8) }
    }

    /// A value as text.
    package func string(_ range: Range<Int>) -> String {
        String(decoding: text[range], as: UTF8.self)
    }

    /// The value of a name as text; nil when there is none.
    package subscript(name: String) -> String? {
        field(name).map { string($0.value) }
    }

    private func isSame(_ left: Range<Int>, _ right: Range<Int>) -> Bool {
        guard left.count == right.count else { return false }
        for step in 0..<left.count where text[left.lowerBound + step] != text[right.lowerBound + step] { return false }
        return true
    }
}

extension LineFields {
    /// Where a byte stands next; nil when it does not before `limit`.
    package func find(_ byte: Unicode.Scalar, from start: Int, before limit: Int) -> Int? {
        let byte = UInt8(ascii: byte)
        var place = start
        while place < limit {
            if text[place] == byte { return place }
            place += 1
        }
        return nil
    }

    /// Whether the text stands at a place.
    package func has(_ part: StaticString, at place: Int) -> Bool {
        // SAFETY: a StaticString's bytes live as long as the program; read within its count.
        let count = part.utf8CodeUnitCount
        guard place >= 0, place + count <= end else { return false }
        for step in 0..<count where text[place + step] != part.utf8Start[step] { return false }
        return true
    }

    /// The byte at a place of the line; nil behind its end.
    package func byte(_ place: Int) -> UInt8? {
        place < end ? text[place] : nil
    }
}
