public import EventModel

/// How a member of the configuration is read, and what its JSON Schema is.
public struct ConfigurationType<Value: Sendable>: Sendable {
    /// What is expected, for messages: `a duration such as "5s"`.
    public let expected: String
    public let schema: JSONValue
    /// Stands for a value that could not be read; thrown away with the whole configuration.
    public let placeholder: Value
    public let read: @Sendable (inout ConfigurationSource) -> Value?

    public init(
        expected: String, schema: JSONValue, placeholder: Value,
        read: @escaping @Sendable (inout ConfigurationSource) -> Value?
    ) {
        (self.expected, self.schema, self.placeholder, self.read) = (expected, schema, placeholder, read)
    }

    /// A type read from a JSON string; `parse` gives nil where the text is not of it.
    public static func text(
        expected: String, schema: [JSONValue.Member] = [], placeholder: Value,
        parse: @escaping @Sendable (String) -> Value?
    ) -> Self {
        .init(
            expected: expected, schema: .object([.init("type", "string")] + schema), placeholder: placeholder
        ) { source in
            guard let text = source.node.value.string else {
                source.problem("expected \(expected), not \(source.node.value.kind)")
                return nil
            }
            guard let value = parse(text) else {
                source.problem("\"\(text)\" is not \(expected)")
                return nil
            }
            return value
        }
    }
}

extension ConfigurationType where Value == String {
    /// Any text but the empty one.
    public static var string: Self {
        .text(expected: "a text", schema: [.init("minLength", 1)], placeholder: "") { $0.isEmpty ? nil : $0 }
    }

    /// A path; a relative one is taken from the folder of the configuration file.
    public static var path: Self {
        .init(
            expected: "a path", schema: ["type": "string", "minLength": 1], placeholder: ""
        ) { source in
            guard let text = source.node.value.string, !text.isEmpty else {
                source.problem("expected a path, not \(source.node.value.kind)")
                return nil
            }
            return text.hasPrefix("/") ? text : "\(source.directory)/\(text)"
        }
    }

    /// An absolute URL of one of the schemes, without user and password.
    public static func url(schemes: [String]) -> Self {
        let expected = "a URL that begins with " + schemes.map { "\($0)://" }.joined(separator: " or ")
        let pattern = "^(\(schemes.joined(separator: "|")))://[^ @/]+(/[^ ]*)?$"
        return .init(
            expected: expected, schema: ["type": "string", "pattern": .string(pattern)], placeholder: ""
        ) { source in
            guard let text = source.node.value.string else {
                source.problem("expected \(expected), not \(source.node.value.kind)")
                return nil
            }
            let scheme = schemes.first { text.hasPrefix("\($0)://") }
            let rest = text.dropFirst(scheme.map { $0.count + 3 } ?? 0)
            let host = rest.prefix { $0 != "/" }
            // The value is not repeated: it may hold a password.
            if text.contains("@"), scheme == nil || host.contains("@") {
                source.problem("expected \(expected), without user and password: they are members of their own")
                return nil
            }
            guard scheme != nil, !host.isEmpty, text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else {
                source.problem("\"\(text)\" is not \(expected)")
                return nil
            }
            return text
        }
    }
}

extension ConfigurationType where Value == Int {
    /// A whole number within a range.
    public static func integer(in range: ClosedRange<Int>) -> Self {
        let expected = "a whole number from \(range.lowerBound) to \(range.upperBound)"
        return .init(
            expected: expected,
            schema: [
                "type": "integer", "minimum": .number("\(range.lowerBound)"), "maximum": .number("\(range.upperBound)"),
            ], placeholder: range.lowerBound
        ) { source in
            guard let value = source.node.value.integer.map({ Int($0) }), range.contains(value) else {
                source.problem("expected \(expected), not \(source.node.value.kind)")
                return nil
            }
            return value
        }
    }
}

extension ConfigurationType where Value == Bool {
    public static var boolean: Self {
        .init(expected: "true or false", schema: ["type": "boolean"], placeholder: false) { source in
            guard let value = source.node.value.bool else {
                source.problem("expected true or false, not \(source.node.value.kind)")
                return nil
            }
            return value
        }
    }
}

extension ConfigurationType {
    /// One of the words of an enumeration.
    public static func choice() -> Self
    where Value: RawRepresentable<String> & CaseIterable, Value.AllCases == [Value] {
        let words = Value.allCases.map(\.rawValue)
        return .init(
            expected: "one of \(words.map { "\"\($0)\"" }.joined(separator: ", "))",
            schema: ["enum": .array(words.map { .string($0) })], placeholder: Value.allCases[0]
        ) { source in
            guard let text = source.node.value.string, let value = Value(rawValue: text) else {
                let near = source.node.value.string.flatMap { Spelling.nearest(to: $0, in: words) }
                let suggestion = near.map { "; did you mean \"\($0)\"?" } ?? ""
                source.problem(
                    "\(source.node.value.kind) is not one of \(words.map { "\"\($0)\"" }.joined(separator: ", "))\(suggestion)"
                )
                return nil
            }
            return value
        }
    }

    /// A list of values of one type.
    public static func list<Element>(of element: ConfigurationType<Element>) -> Self where Value == [Element] {
        .init(
            expected: "a list, each \(element.expected)",
            schema: ["type": "array", "items": element.schema], placeholder: []
        ) { source in
            guard case .array(let nodes, _) = source.node else {
                source.problem("expected a list, not \(source.node.value.kind)")
                return nil
            }
            var values: [Element] = []
            for (index, node) in nodes.enumerated() {
                var inner = ConfigurationSource(
                    node: node, path: source.path.element(index, at: node.offset), directory: source.directory)
                if let value = element.read(&inner) { values.append(value) }
                source.problems += inner.problems
            }
            return values
        }
    }

    /// An object that declares itself.
    public static func object() -> Self where Value: Configurable {
        var describing = ConfigurationReader(members: nil, path: .init(), directory: "")
        let placeholder = Value(from: &describing)
        return .init(
            expected: "an object", schema: .objectSchema(describing.declarations), placeholder: placeholder
        ) { source in
            guard case .object(let members, _) = source.node else {
                source.problem("expected an object, not \(source.node.value.kind)")
                return nil
            }
            var reader = ConfigurationReader(members: members, path: source.path, directory: source.directory)
            let value = Value(from: &reader)
            source.problems += reader.finish()
            return value
        }
    }
}

extension JSONValue {
    /// The schema of an object with these members and no others.
    public static func objectSchema(_ declarations: [ConfigurationDeclaration]) -> JSONValue {
        let properties = declarations.map { declaration in
            let described = [JSONValue.Member("description", .string(declaration.doc))]
            return JSONValue.Member(declaration.name, .object(described + (declaration.schema.members ?? [])))
        }
        let required = declarations.filter(\.isRequired).map { JSONValue.string($0.name) }
        return .object(
            [.init("type", "object"), .init("properties", .object(properties)), .init("additionalProperties", false)]
                + (required.isEmpty ? [] : [.init("required", .array(required))]))
    }

    /// What this is, for messages: `the number 5`, `a list`.
    public var kind: String {
        switch self {
        case .null: "null"
        case .bool(let value): "\(value)"
        case .number(let text): text
        case .string(let text): "\"\(text)\""
        case .array: "a list"
        case .object: "an object"
        }
    }
}
