import Foundation

/// The repository's own files, as the tidy tests read them.
struct Tree {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// A source file: where it is, and its lines.
    struct File: CustomStringConvertible {
        var path: String
        var lines: [String]

        var target: String { path.split(separator: "/").dropFirst().first.map(String.init) ?? "" }
        var text: String { lines.joined(separator: "\n") }
        var description: String { path }

        /// The lines without what stands in comments or in the text of string literals.
        var code: [String] {
            lines.map { line in
                var out = ""
                var inString = false
                var previous: Character = " "
                for character in line {
                    if character == "\"", previous != "\\" { inString.toggle() }
                    if !inString, character == "/", previous == "/" { return String(out.dropLast()) }
                    if !inString || character == "\"" { out.append(character) }
                    previous = previous == "\\" && character == "\\" ? " " : character
                }
                return out
            }
        }
    }

    /// The Swift files below a folder.
    static func swiftFiles(in folder: String) throws -> [File] {
        let base = root.appendingPathComponent(folder)
        guard let all = FileManager.default.enumerator(atPath: base.path) else { return [] }
        return try all.compactMap { $0 as? String }.filter { $0.hasSuffix(".swift") }.sorted().map { name in
            let text = try String(contentsOf: base.appendingPathComponent(name), encoding: .utf8)
            return File(path: "\(folder)/\(name)", lines: text.components(separatedBy: "\n"))
        }
    }
}
