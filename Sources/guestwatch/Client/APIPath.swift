/// A path of the API with its query, percent-encoded (RFC 3986).
struct APIPath: Sendable, Hashable, CustomStringConvertible {
    private(set) var description: String
    private var hasQuery = false

    /// The segments stand between slashes whatever they contain.
    init(_ segments: String...) {
        description = segments.map { "/" + Self.encoded($0) }.joined()
    }

    /// The path with one more parameter; without a value the same.
    func with(_ name: String, _ value: (some CustomStringConvertible)?) -> APIPath {
        guard let value else { return self }
        var path = self
        path.description += "\(hasQuery ? "&" : "?")\(name)=\(Self.encoded(value.description))"
        path.hasQuery = true
        return path
    }

    private static func encoded(_ text: String) -> String {
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                bytes.append(byte)
            default:
                bytes += "%\(byte < 16 ? "0" : "")\(String(byte, radix: 16, uppercase: true))".utf8
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
