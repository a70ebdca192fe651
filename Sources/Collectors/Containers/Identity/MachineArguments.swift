/// What the arguments of a QEMU process say about its machine.
package struct MachineArguments: Sendable, Hashable {
    package var name: String?
    package var uuid: String?

    package init(_ arguments: [String]) {
        for (option, value) in zip(arguments, arguments.dropFirst()) {
            switch option {
            case "-uuid", "--uuid": uuid = value
            case "-name", "--name": name = Self.name(value)
            default: break
            }
        }
    }

    /// The name in `guest=web-01,debug-threads=on` or, as it was written before, `web-01,…`; a comma of the name is
    /// doubled.
    static func name(_ value: String) -> String? {
        for (index, part) in split(value).enumerated() {
            if part.hasPrefix("guest=") { return String(part.dropFirst(6)) }
            if index == 0, !part.contains("=") { return part }
        }
        return nil
    }

    /// The parts between single commas; doubled ones become one.
    private static func split(_ value: String) -> [String] {
        var parts = [""]
        var rest = value[...]
        while let character = rest.first {
            rest = rest.dropFirst()
            if character != "," {
                parts[parts.count - 1].append(character)
            } else if rest.first == "," {
                parts[parts.count - 1].append(",")
                rest = rest.dropFirst()
            } else {
                parts.append("")
            }
        }
        return parts
    }
}
