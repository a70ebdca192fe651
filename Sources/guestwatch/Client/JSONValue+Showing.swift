import EventModel
import Sinks

extension JSONValue {
    /// The text of a member for a table: a dash where there is none.
    func text(_ name: String) -> String {
        switch self[name] {
        case .string(let text): text
        case .number(let text): text
        case .bool(let value): value ? "yes" : "no"
        case nil, .null, .array, .object: "-"
        }
    }

    /// A count; 0 where there is none.
    func count(_ name: String) -> Int64 { self[name]?.integer ?? 0 }

    /// Prints it indented.
    func printIndented() throws {
        try StandardOutput.write(json: JSONWriter.indented(self) + [UInt8(ascii: "\n")])
    }
}

extension String {
    /// On one line, without what a terminal obeys instead of showing, and cut where nobody reads on.
    var harmless: String {
        var bytes: [UInt8] = []
        HarmlessText.append(self, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The same of a whole text, whose line ends stay.
    var harmlessLines: String {
        var bytes: [UInt8] = []
        HarmlessText.append(self, to: &bytes, atMost: .max, keepsLines: true)
        return String(decoding: bytes, as: UTF8.self)
    }
}
