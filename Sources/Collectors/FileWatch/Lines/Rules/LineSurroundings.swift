import AgentCore

/// What templates may ask for beside the fields of a line: `file.path`, `file.name`, `file.stem` (the name without its
/// last extension), `host.name` (this host), and the named groups of the path pattern.
package struct LineSurroundings: Sendable {
    /// The names there always are.
    package static let names = ["file.path", "file.name", "file.stem", "host.name"]

    private var values: [(name: String, value: String)]

    init(path: String, host: HostView, pattern: RegularExpression?) {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        let stem = name.lastIndex(of: ".").flatMap { $0 > name.startIndex ? String(name[..<$0]) : nil } ?? name
        values = [("file.path", path), ("file.name", name), ("file.stem", stem), ("host.name", host.name)]
        guard let pattern else { return }
        let bytes = Array(path.utf8)
        var places: [Range<Int>?] = []
        guard pattern.match(bytes, in: 0..<bytes.count, captures: &places) == .matched else { return }
        for (group, place) in zip(pattern.groups, places) {
            if let place { values.append((group.name, String(decoding: bytes[place], as: UTF8.self))) }
        }
    }

    /// The value of a name; nil when there is none.
    subscript(name: String) -> String? {
        values.first { $0.name == name }?.value
    }
}
