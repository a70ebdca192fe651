import AgentCore
import EventModel

/// A text with fields in it: `${vm} on ${host.name}`. `${a|b}` is the first of them that the line has.
package struct LineTemplate: Sendable, Hashable {
    private enum Part: Sendable, Hashable {
        case literal([UInt8])
        case field([String])
    }

    package let text: String
    private let parts: [Part]

    /// Nil when a `${` is never closed, or names nothing.
    package init?(_ text: String) {
        var parts: [Part] = []
        var rest = text[...]
        while let open = rest.firstRange(of: "${") {
            if open.lowerBound > rest.startIndex { parts.append(.literal(Array(rest[..<open.lowerBound].utf8))) }
            guard let close = rest[open.upperBound...].firstIndex(of: "}") else { return nil }
            let names = rest[open.upperBound..<close].split(separator: "|", omittingEmptySubsequences: false)
            guard names.allSatisfy({ !$0.isEmpty }) else { return nil }
            parts.append(.field(names.map(String.init)))
            rest = rest[rest.index(after: close)...]
        }
        if !rest.isEmpty { parts.append(.literal(Array(rest.utf8))) }
        (self.text, self.parts) = (text, parts)
    }

    /// The names it asks for.
    package var names: [String] {
        parts.flatMap { part -> [String] in
            if case .field(let names) = part { return names }
            return []
        }
    }

    /// Writes it behind the line; nil when the line lacks a field it asks for, or has it empty.
    func write(to fields: inout LineFields, surroundings: LineSurroundings) -> Range<Int>? {
        // One field alone is where it stands.
        if parts.count == 1, case .field(let names) = parts[0] { return value(of: names, &fields, surroundings) }
        var pieces: [Range<Int>?] = []
        for part in parts {
            guard case .field(let names) = part else {
                pieces.append(nil)
                continue
            }
            guard let value = value(of: names, &fields, surroundings) else { return nil }
            pieces.append(value)
        }
        let start = fields.text.count
        for (part, piece) in zip(parts, pieces) {
            if case .literal(let bytes) = part { fields.append(bytes) }
            if let piece { fields.append(Array(fields.text[piece])) }
        }
        return start..<fields.text.count
    }

    private func value(
        of names: [String], _ fields: inout LineFields, _ surroundings: LineSurroundings
    ) -> Range<Int>? {
        for name in names {
            if let field = fields.field(name), !field.value.isEmpty { return field.value }
            if name == "message", !fields.message.isEmpty { return fields.message }
            if let value = surroundings[name], !value.isEmpty { return fields.append(value.utf8) }
        }
        return nil
    }
}

extension ConfigurationType where Value == LineTemplate {
    /// A text with `${field}` in it.
    static var template: Self {
        .text(
            expected: "a text in which each \"${\" is closed and names a field, such as \"${vm}\"",
            schema: [.init("minLength", 1)], placeholder: .nothing
        ) { $0.isEmpty ? nil : LineTemplate($0) }
    }
}

extension LineTemplate {
    /// Writes nothing.
    static let nothing = LineTemplate(literal: "")

    private init(literal text: String) {
        (self.text, parts) = (text, [])
    }
}
