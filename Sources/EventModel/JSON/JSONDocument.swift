/// A JSON text (RFC 8259) read into nodes that know where they stand, so that an error can point at its line.
///
/// Strict: duplicate member names, lone surrogates, bytes that are not UTF-8 and anything after the value are errors.
/// Bounded: `maximumDepth` levels. With `comments`, `//` to the end of a line counts as white space.
package struct JSONDocument: Sendable {
    /// Deep enough for any event; shallow enough for any stack.
    package static let maximumDepth = 128

    package let root: JSONNode
    private let bytes: [UInt8]

    package init(_ bytes: [UInt8], comments: Bool = false) throws(JSONError) {
        self.bytes = bytes
        var reader = JSONReader(bytes: bytes, comments: comments)
        do {
            root = try reader.document()
        } catch {
            throw JSONError(
                offset: error.offset, position: Self.position(of: error.offset, in: bytes), problem: error.problem)
        }
    }

    /// Line and column, both from 1, columns in bytes, of an offset in the text.
    package func position(of offset: Int) -> JSONPosition {
        Self.position(of: offset, in: bytes)
    }

    private static func position(of offset: Int, in bytes: [UInt8]) -> JSONPosition {
        let before = bytes.prefix(offset)
        let line = before.count { $0 == UInt8(ascii: "\n") } + 1
        let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        return JSONPosition(line: line, column: before.count - lineStart + 1)
    }
}

/// A place in a JSON text: line and column, both from 1.
package struct JSONPosition: Sendable, Hashable, CustomStringConvertible {
    package var line: Int
    package var column: Int

    package var description: String { "\(line):\(column)" }
}

/// A value of a `JSONDocument` and where it begins.
package enum JSONNode: Sendable {
    case scalar(JSONValue, offset: Int)
    case array([JSONNode], offset: Int)
    case object([Member], offset: Int)

    package struct Member: Sendable {
        package var name: String
        package var nameOffset: Int
        package var node: JSONNode
    }

    package var offset: Int {
        switch self {
        case .scalar(_, let offset), .array(_, let offset), .object(_, let offset): offset
        }
    }

    package var value: JSONValue {
        switch self {
        case .scalar(let value, _): value
        case .array(let nodes, _): .array(nodes.map(\.value))
        case .object(let members, _): .object(members.map { .init($0.name, $0.node.value) })
        }
    }
}

/// Why a text is not JSON, and where.
package struct JSONError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Bytes from the beginning of the text.
    package var offset: Int
    package var position: JSONPosition
    package var problem: String

    package var description: String { "\(position): \(problem)" }
}
