/// A JSON text (RFC 8259) read into nodes that know where they stand, so that an error can point at its line.
///
/// Strict: duplicate member names, lone surrogates, bytes that are not UTF-8 and anything after the value are errors.
/// Bounded: `maximumDepth` levels. With `comments`, `//` to the end of a line counts as white space.
public struct JSONDocument: Sendable {
    /// Deep enough for any event; shallow enough for any stack.
    public static let maximumDepth = 128

    public let root: JSONNode
    private let bytes: [UInt8]

    public init(_ bytes: [UInt8], comments: Bool = false) throws(JSONError) {
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
    public func position(of offset: Int) -> JSONPosition {
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
public struct JSONPosition: Sendable, Hashable, CustomStringConvertible {
    public var line: Int
    public var column: Int

    public var description: String { "\(line):\(column)" }
}

/// A value of a `JSONDocument` and where it begins.
public enum JSONNode: Sendable {
    case scalar(JSONValue, offset: Int)
    case array([JSONNode], offset: Int)
    case object([Member], offset: Int)

    public struct Member: Sendable {
        public var name: String
        public var nameOffset: Int
        public var node: JSONNode
    }

    public var offset: Int {
        switch self {
        case .scalar(_, let offset), .array(_, let offset), .object(_, let offset): offset
        }
    }

    public var value: JSONValue {
        switch self {
        case .scalar(let value, _): value
        case .array(let nodes, _): .array(nodes.map(\.value))
        case .object(let members, _): .object(members.map { .init($0.name, $0.node.value) })
        }
    }
}

/// Why a text is not JSON, and where.
public struct JSONError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Bytes from the beginning of the text.
    public var offset: Int
    public var position: JSONPosition
    public var problem: String

    public var description: String { "\(position): \(problem)" }
}
