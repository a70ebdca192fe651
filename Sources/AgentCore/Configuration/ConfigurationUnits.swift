import EventModel

extension ConfigurationType where Value == Duration {
    /// A duration with its unit: `500ms`, `5s`, `10m`, `2h`, `30d`.
    public static var duration: Self {
        quantity(
            "a duration", example: "5s", pattern: "^[0-9]+(ms|s|m|h|d)$", units: ["ms", "s", "m", "h", "d"],
            placeholder: .seconds(1)
        ) { number, unit in
            let milliseconds: [String: Int64] = ["ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000]
            let (product, overflow) = number.multipliedReportingOverflow(by: milliseconds[unit] ?? 1)
            return overflow || product > 86_400_000 * 36_500 ? nil : .milliseconds(product)
        }
    }
}

extension ConfigurationType where Value == Int {
    /// A number of bytes with its unit: `512B`, `64KiB`, `100MiB`, `4GiB`, `1TiB`.
    public static var bytes: Self {
        quantity(
            "a size", example: "100MiB", pattern: "^[0-9]+(B|KiB|MiB|GiB|TiB)$",
            units: ["B", "KiB", "MiB", "GiB", "TiB"],
            placeholder: 1
        ) { number, unit in
            let shifts: [String: Int64] = ["B": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "TiB": 1 << 40]
            let (product, overflow) = number.multipliedReportingOverflow(by: shifts[unit] ?? 1)
            return overflow ? nil : Int(product)
        }
    }
}

extension ConfigurationType {
    private static func quantity(
        _ name: String, example: String, pattern: String, units: [String], placeholder: Value,
        make: @escaping @Sendable (Int64, String) -> Value?
    ) -> Self {
        let expected = "\(name) such as \"\(example)\" (units: \(units.joined(separator: ", ")))"
        return .init(
            expected: expected, schema: ["type": "string", "pattern": .string(pattern)], placeholder: placeholder
        ) { source in
            let text = source.node.value.string ?? source.node.value.integer.map { String($0) } ?? ""
            let digits = text.prefix { $0.isASCII && $0.isNumber }
            let unit = String(text.dropFirst(digits.count))
            if unit.isEmpty, !digits.isEmpty {
                source.problem(
                    "\(source.node.value.kind) has no unit; write \"\(digits)\(example.drop { $0.isNumber })\"")
                return nil
            }
            guard source.node.value.string != nil, units.contains(unit), let number = Int64(digits),
                let value = make(number, unit)
            else {
                source.problem("expected \(expected), not \(source.node.value.kind)")
                return nil
            }
            return value
        }
    }
}

extension ConfigurationType where Value == SecretReference {
    /// Where a secret is: `{ "env": NAME }` or `{ "file": PATH }`; never the secret itself.
    public static var secret: Self {
        let expected = #"a reference, { "env": NAME } or { "file": PATH }"#
        let text: JSONValue = ["type": "string", "minLength": 1]
        let schema: JSONValue = [
            "oneOf": [
                ["type": "object", "properties": ["env": text], "required": ["env"], "additionalProperties": false],
                ["type": "object", "properties": ["file": text], "required": ["file"], "additionalProperties": false],
            ]
        ]
        return .init(expected: expected, schema: schema, placeholder: .environment("")) { source in
            guard let members = source.node.value.members, members.count == 1,
                let text = members[0].value.string, !text.isEmpty, ["env", "file"].contains(members[0].name)
            else {
                // The value is not repeated: it may be the secret itself.
                source.problem("expected \(expected); a secret never stands in the configuration")
                return nil
            }
            if members[0].name == "env" { return .environment(text) }
            return .file(text.hasPrefix("/") ? text : "\(source.directory)/\(text)")
        }
    }
}

extension ConfigurationType where Value == TypePattern {
    /// An event type or the beginning of one: `vm.powered-on`, `vm.*`, `*`.
    public static var typePattern: Self {
        .text(
            expected: "an event type such as \"vm.powered-on\" or \"vm.*\"",
            schema: [.init("pattern", #"^([a-z0-9-]+[.])*([a-z0-9-]+|[*])$"#)], placeholder: .all
        ) {
            TypePattern($0)
        }
    }
}
