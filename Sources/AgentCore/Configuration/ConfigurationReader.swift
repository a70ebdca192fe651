public import EventModel

/// Reads one object of the configuration, and notes what is declared: see `Configurable`.
public struct ConfigurationReader {
    /// What the reads declared, in order.
    public private(set) var declarations: [ConfigurationDeclaration] = []
    /// What is wrong so far.
    public private(set) var problems: [ConfigurationProblem] = []
    private let members: [JSONNode.Member]?
    private let path: ConfigurationPath
    /// Where files named by the configuration are looked for.
    public let directory: String

    /// Reads an object. `members` nil only describes: every read gives its default or placeholder and notes no problem.
    public init(members: [JSONNode.Member]?, path: ConfigurationPath, directory: String) {
        (self.members, self.path, self.directory) = (members, path, directory)
    }

    /// Reads a member that must be there.
    public mutating func required<Value>(_ name: String, _ type: ConfigurationType<Value>, _ doc: String) -> Value {
        declarations.append(.init(name: name, schema: type.schema, doc: doc, isRequired: true))
        guard let members else { return type.placeholder }
        guard let value = read(name, type) else {
            if !members.contains(where: { $0.name == name }) {
                problems.append(path.problem("\"\(name)\" is missing: \(type.expected)"))
            }
            return type.placeholder
        }
        return value
    }

    /// Reads a member that may be left out.
    public mutating func optional<Value>(
        _ name: String, _ type: ConfigurationType<Value>, default value: Value, _ doc: String
    ) -> Value {
        declarations.append(.init(name: name, schema: type.schema, doc: doc, isRequired: false))
        return read(name, type) ?? value
    }

    /// Reads a member that may be left out; nil then.
    public mutating func optional<Value>(_ name: String, _ type: ConfigurationType<Value>, _ doc: String) -> Value? {
        declarations.append(.init(name: name, schema: type.schema, doc: doc, isRequired: false))
        return read(name, type)
    }

    /// Notes a problem of the whole object: members that do not go together.
    public mutating func problem(_ text: String) {
        if members != nil { problems.append(path.problem(text)) }
    }

    /// Notes the members nobody asked for, and gives all problems in the order of their places.
    public consuming func finish() -> [ConfigurationProblem] {
        let known = declarations.map(\.name)
        for member in members ?? [] where !known.contains(member.name) {
            let suggestion = Spelling.nearest(to: member.name, in: known).map { "; did you mean \"\($0)\"?" } ?? ""
            problems.append(
                .init(path: path.member(member.name, at: member.nameOffset), text: "unknown key\(suggestion)"))
        }
        return problems.sorted { $0.path.offset < $1.path.offset }
    }

    private mutating func read<Value>(_ name: String, _ type: ConfigurationType<Value>) -> Value? {
        guard let member = members?.first(where: { $0.name == name }) else { return nil }
        let place = path.member(name, at: member.node.offset)
        var source = ConfigurationSource(node: member.node, path: place, directory: directory)
        let value = type.read(&source)
        problems += source.problems
        return value
    }
}

/// One member as it was declared: the stuff of the JSON Schema.
public struct ConfigurationDeclaration: Sendable {
    public var name: String
    public var schema: JSONValue
    public var doc: String
    public var isRequired: Bool
}

/// A value on its way from JSON to its type.
public struct ConfigurationSource {
    public let node: JSONNode
    public let path: ConfigurationPath
    public let directory: String
    public var problems: [ConfigurationProblem] = []

    public init(node: JSONNode, path: ConfigurationPath, directory: String) {
        (self.node, self.path, self.directory) = (node, path, directory)
    }

    /// Notes a problem of this value.
    public mutating func problem(_ text: String) {
        problems.append(path.problem(text))
    }
}

/// Where in the configuration something stands: `collectors[1].tls.thumbprint`, and its offset in the file.
public struct ConfigurationPath: Sendable, Hashable {
    public var text: String
    public var offset: Int

    public init(text: String = "", offset: Int = 0) {
        (self.text, self.offset) = (text, offset)
    }

    public func member(_ name: String, at offset: Int) -> ConfigurationPath {
        .init(text: text.isEmpty ? name : "\(text).\(name)", offset: offset)
    }

    public func element(_ index: Int, at offset: Int) -> ConfigurationPath {
        .init(text: "\(text)[\(index)]", offset: offset)
    }

    public func problem(_ text: String) -> ConfigurationProblem {
        .init(path: self, text: text)
    }
}

/// One thing wrong with the configuration.
public struct ConfigurationProblem: Error, Sendable, Hashable {
    public var path: ConfigurationPath
    public var text: String

    public init(path: ConfigurationPath, text: String) {
        (self.path, self.text) = (path, text)
    }
}
