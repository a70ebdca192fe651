import AgentCore
import EventModel

/// A topic or a routing key with places for what an event says: `guestwatch/{type}/{guest}`.
package struct RoutingTemplate: Sendable, Hashable {
    /// What may stand in braces.
    package enum Field: String, Sendable, CaseIterable {
        /// `vm.powered-on`.
        case type
        /// `vm`.
        case family
        case severity
        /// `vm` or `container`.
        case kind
        /// The guest's id.
        case guest
        case guestname
        case guesthost
    }

    private enum Part: Sendable, Hashable {
        case text([UInt8])
        case field(Field)
    }

    /// What stands for a value the event does not have.
    private static let absent = UInt8(ascii: "-")

    private let parts: [Part]

    /// Reads a template; nil where a brace is not closed or holds an unknown word.
    package init?(_ text: String) {
        var parts: [Part] = []
        var rest = text[...]
        while let brace = rest.firstIndex(of: "{") {
            guard let end = rest[brace...].firstIndex(of: "}"),
                let field = Field(rawValue: String(rest[rest.index(after: brace)..<end]))
            else { return nil }
            parts.append(.text(Array(rest[..<brace].utf8)))
            parts.append(.field(field))
            rest = rest[rest.index(after: end)...]
        }
        guard !rest.contains("}"), !text.isEmpty else { return nil }
        parts.append(.text(Array(rest.utf8)))
        self.parts = parts.filter { $0 != .text([]) }
    }

    /// A template of the program's own: two texts with a field behind each.
    init(fields first: String, _ one: Field, _ second: String, _ other: Field) {
        parts = [.text(Array(first.utf8)), .field(one), .text(Array(second.utf8)), .field(other)]
    }

    /// Its text outside of braces.
    var fixedText: [UInt8] {
        parts.flatMap { part -> [UInt8] in
            if case .text(let text) = part { text } else { [] }
        }
    }

    /// The text for an entry. In what the event says each byte that `isSafe` does not name is percent-encoded, the
    /// percent sign and everything that is no printable ASCII always.
    func text(for entry: Entry, isSafe: (UInt8) -> Bool) -> [UInt8] {
        var bytes: [UInt8] = []
        let (guest, name, host) = guest(of: entry)
        for part in parts {
            switch part {
            case .text(let text): bytes.append(contentsOf: text)
            // The words of our own catalogue: their dots are words of a routing key.
            case .field(.type): Self.append(entry.type.rawValue.utf8, to: &bytes) { isSafe($0) || $0 == 0x2E }
            case .field(.family): Self.append(entry.type.family.utf8, to: &bytes, isSafe)
            case .field(.severity): Self.append(entry.severity.rawValue.utf8, to: &bytes, isSafe)
            case .field(.kind): Self.append(guest.prefix { $0 != 0x2F }, to: &bytes, isSafe)
            case .field(.guest): Self.append(guest.drop { $0 != 0x2F }.dropFirst(), to: &bytes, isSafe)
            case .field(.guestname): Self.append(name, to: &bytes, isSafe)
            case .field(.guesthost): Self.append(host, to: &bytes, isSafe)
            }
        }
        return bytes
    }

    private func guest(of entry: Entry) -> (ArraySlice<UInt8>, ArraySlice<UInt8>, ArraySlice<UInt8>) {
        var (guest, name, host): (ArraySlice<UInt8>, ArraySlice<UInt8>, ArraySlice<UInt8>) = ([], [], [])
        var members = EventMembers(entry.body)
        // `data` comes last: there is no need to walk through it.
        while let member = members.next(), !member.isNamed("datacontenttype") {
            if member.isNamed("subject") { guest = member.text }
            if member.isNamed("guestname") { name = member.text }
            if member.isNamed("guesthost") { host = member.text }
        }
        return (guest, name, host)
    }

    private static func append(
        _ value: some Collection<UInt8>, to bytes: inout [UInt8], _ isSafe: (UInt8) -> Bool
    ) {
        if value.isEmpty { bytes.append(absent) }
        for byte in value {
            if (0x21...0x7E).contains(byte), byte != UInt8(ascii: "%"), isSafe(byte) {
                bytes.append(byte)
            } else {
                let digits = String(byte, radix: 16, uppercase: true)
                bytes.append(contentsOf: (byte < 16 ? "%0" : "%").utf8)
                bytes.append(contentsOf: digits.utf8)
            }
        }
    }
}

extension RoutingTemplate: CustomStringConvertible {
    package var description: String {
        parts.map { part in
            switch part {
            case .text(let text): String(decoding: text, as: UTF8.self)
            case .field(let field): "{\(field.rawValue)}"
            }
        }.joined()
    }
}

extension ConfigurationType where Value == RoutingTemplate {
    /// A template; `isAllowed` looks at what stands outside of braces.
    static func template(
        _ what: String, example: RoutingTemplate, isAllowed: @escaping @Sendable ([UInt8]) -> Bool
    ) -> Self {
        let fields = RoutingTemplate.Field.allCases.map { "{\($0.rawValue)}" }.joined(separator: " ")
        return .text(
            expected: "\(what) such as \"\(example)\", with \(fields)", schema: [.init("minLength", 1)],
            placeholder: example
        ) { text in
            RoutingTemplate(text).flatMap { isAllowed($0.fixedText) ? $0 : nil }
        }
    }
}
