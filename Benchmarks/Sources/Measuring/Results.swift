import AgentTestKit
import EventModel
import Glibc

/// The tables of this run as others read them: a line of JSON for each, in `<program>.jsonl` of the folder `RESULTS`;
/// nothing without that.
enum Results {
    /// Adds a table: its rows, of which the first has the titles.
    static func add(_ title: String, _ rows: [[String]]) {
        guard let folder = Environment["RESULTS"] else { return }
        let program = CommandLine.arguments[0].split(separator: "/").last.map(String.init) ?? "program"
        let cells = rows.map { JSONValue.array($0.map(JSONValue.string)) }
        let line = JSONValue.object([
            .init("program", .string(program)), .init("machine", .string(Machine.line)),
            .init("title", .string(title)), .init("rows", .array(cells)),
        ])
        append(JSONText(line).bytes + [UInt8(ascii: "\n")], to: "\(folder)/\(program).jsonl")
    }

    private static func append(_ bytes: [UInt8], to path: String) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        _ = write(descriptor, bytes, bytes.count)
    }
}
