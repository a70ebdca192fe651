import EventModel

/// `Docs/Configuration.md`: the schema of `collectors.json` as tables for people. Pure.
struct ConfigurationReference {
    private(set) var text = """
        # collectors.json

        Made by `guestwatch schema --markdown`. Durations (`500ms`, `5s`, `10m`, `2h`, `30d`) and sizes \
        (`64KiB`, `100MiB`, `4GiB`) carry their unit; a secret is `{ "env": NAME }` or `{ "file": PATH }`; paths \
        may be relative to the file. Bold: required.

        """

    init(schema: JSONValue) {
        for member in schema["properties"]?.members ?? [] {
            text += "\n## \(member.name)\n\n\(member.value["description"]?.string ?? "")\n"
            let plugins = member.value["oneOf"] ?? member.value["items"]?["oneOf"]
            if let plugins = plugins?.array {
                for plugin in plugins {
                    text += "\n### \(member.name): \(plugin["properties"]?["kind"]?["const"]?.string ?? "")\n"
                    table(of: plugin)
                }
            } else if member.value["properties"] != nil {
                table(of: member.value)
            }
        }
    }

    private mutating func table(of object: JSONValue) {
        text += "\n| key | value | meaning |\n|---|---|---|\n"
        rows(of: object, under: "")
    }

    private mutating func rows(of object: JSONValue, under path: String) {
        let required = (object["required"]?.array ?? []).compactMap(\.string)
        for member in object["properties"]?.members ?? [] where !(path.isEmpty && member.name == "kind") {
            let name = "`\(path)\(member.name)`"
            let meaning = (member.value["description"]?.string ?? "").replacing("|", with: "\\|")
            text +=
                "| \(required.contains(member.name) ? "**\(name)**" : name) | \(Self.value(member.value)) | \(meaning) |\n"
            nested(member.value, under: "\(path)\(member.name)")
        }
    }

    private mutating func nested(_ value: JSONValue, under path: String) {
        if value["properties"] != nil { rows(of: value, under: "\(path).") }
        if let items = value["items"], items["properties"] != nil { rows(of: items, under: "\(path)[].") }
    }

    /// What may stand there, in a few words.
    private static func value(_ schema: JSONValue) -> String {
        if let words = schema["enum"]?.array { return words.map { "`\(text($0))`" }.joined(separator: ", ") }
        if let constant = schema["const"] { return "`\(text(constant))`" }
        if let choices = (schema["oneOf"] ?? schema["anyOf"])?.array {
            var seen: [String] = []
            for word in choices.map(value) where !seen.contains(word) { seen.append(word) }
            return seen.joined(separator: " or ")
        }
        switch schema["type"]?.string {
        case "array": return "list of \(schema["items"].map(value) ?? "anything")"
        case "integer": return range(schema, "whole number")
        case "number": return range(schema, "number")
        case "boolean": return "`true`, `false`"
        case "string":
            let pattern = schema["pattern"]?.string ?? ""
            return pattern.contains("ms|s") ? "duration" : pattern.contains("KiB") ? "size" : "text"
        case "object":
            let names = (schema["properties"]?.members ?? []).map { "`\($0.name)`" }
            return names.count == 1 ? "{ \(names[0]) }" : "object"
        default: return "anything"
        }
    }

    private static func range(_ schema: JSONValue, _ word: String) -> String {
        let ends = (schema["minimum"], schema["maximum"])
        guard case (let lowest?, let highest?) = ends else { return word }
        return "\(word), \(text(lowest)) to \(text(highest))"
    }

    private static func text(_ value: JSONValue) -> String {
        value.string ?? String(decoding: JSONText(value).bytes, as: UTF8.self)
    }
}
