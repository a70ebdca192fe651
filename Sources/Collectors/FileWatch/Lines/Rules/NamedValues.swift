import AgentCore
import EventModel

/// Values under names of the user's choice, in the order they stand in the configuration.
package struct NamedValues<Value: Sendable>: Sendable {
    package var members: [(name: String, value: Value)]

    package init(_ members: [(name: String, value: Value)] = []) {
        self.members = members
    }
}

extension ConfigurationType {
    /// An object whose members have any names, each with a value of one type.
    static func named<Element>(_ element: ConfigurationType<Element>) -> Self where Value == NamedValues<Element> {
        .init(
            expected: "an object, each member \(element.expected)",
            schema: ["type": "object", "additionalProperties": element.schema], placeholder: NamedValues()
        ) { source in
            guard case .object(let members, _) = source.node else {
                source.problem("expected an object, not \(source.node.value.kind)")
                return nil
            }
            var values = NamedValues<Element>()
            for member in members {
                var inner = ConfigurationSource(
                    node: member.node, path: source.path.member(member.name, at: member.node.offset),
                    directory: source.directory)
                if let value = element.read(&inner) { values.members.append((member.name, value)) }
                source.problems += inner.problems
            }
            return values
        }
    }
}

extension ConfigurationType where Value == RegularExpression? {
    /// A regular expression of PCRE2.
    static var regularExpression: Self {
        .init(
            expected: "a regular expression", schema: ["type": "string", "format": "regex", "minLength": 1],
            placeholder: nil
        ) { source in
            guard let text = source.node.value.string, !text.isEmpty else {
                source.problem("expected a regular expression, not \(source.node.value.kind)")
                return nil
            }
            do {
                return try RegularExpression(text)
            } catch {
                source.problem("\"\(text)\" is no regular expression: \(error)")
                return nil
            }
        }
    }
}
