/// A JSON value as its UTF-8 text on one line, read only when somebody asks.
///
/// Most events pass through the agent unread: their `data` is written once, by the decoder of the source, and copied
/// into every output as it stands. Whoever makes one promises valid JSON; `init(validating:)` checks text from outside.
public struct JSONText: Sendable, Hashable {
    public static let emptyObject = JSONText(trusted: [0x7B, 0x7D])

    /// The text.
    public var bytes: ArraySlice<UInt8>

    /// Takes text that a JSON writer of ours made.
    public init(trusted bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
    }

    /// Checks text from outside. Throws where it is not JSON. Text of several lines is written anew on one.
    public init(validating bytes: [UInt8]) throws(JSONError) {
        let document = try JSONDocument(bytes)
        // Within strings line ends are escaped: these stand between values.
        let isOneLine = !bytes.contains { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
        self = isOneLine ? JSONText(trusted: bytes[...]) : JSONText(document.root.value)
    }

    /// Writes a value as text.
    public init(_ value: JSONValue) {
        var writer = JSONWriter()
        writer.write(value)
        bytes = writer.bytes[...]
    }

    /// The value, read anew each time.
    public func parsed() throws(JSONError) -> JSONValue {
        try JSONDocument(Array(bytes)).root.value
    }
}
