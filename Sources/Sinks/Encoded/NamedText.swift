import AgentCore
import EventModel

/// A text by its name: a label, an attribute.
package struct NamedText: Sendable, Hashable {
    package var name: String
    package var value: String

    package init(_ name: String, _ value: String) {
        (self.name, self.value) = (name, value)
    }
}

extension ConfigurationType where Value == [NamedText] {
    /// Texts by their names, in their order: `{ "env": "prod" }`. `pattern`: of the names; `most`: how many there may
    /// be.
    static func texts(names pattern: String, most: Int, isName: @escaping @Sendable (String) -> Bool) -> Self {
        let expected = "an object of at most \(most) texts, with names like \(pattern)"
        let text: JSONValue = ["type": "string", "minLength": 1]
        return .init(
            expected: expected,
            schema: [
                "type": "object", "propertyNames": ["pattern": .string(pattern)], "additionalProperties": text,
                "maxProperties": .number("\(most)"),
            ], placeholder: []
        ) { source in
            guard let members = source.node.value.members, members.count <= most else {
                source.problem("expected \(expected), not \(source.node.value.kind)")
                return nil
            }
            var texts: [NamedText] = []
            for member in members {
                guard isName(member.name), let text = member.value.string, !text.isEmpty else {
                    source.problem("expected \(expected); \"\(member.name)\" is not one of them")
                    return nil
                }
                texts.append(NamedText(member.name, text))
            }
            return texts
        }
    }
}
