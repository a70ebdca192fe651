import AgentCore
import EventModel
import Platform

/// Finds, reads and checks a configuration file.
struct ConfigurationFile {
    /// Looked for in this order when `--config` is not given.
    static let defaultPaths = ["collectors.json", "/etc/guestwatch/collectors.json"]
    /// A larger file is no configuration. In bytes.
    static let sizeLimit = 4 << 20

    let path: String
    let document: JSONDocument
    let configuration: AgentConfiguration

    /// Reads the file given, or the first default there is. Throws all that is wrong with it at once.
    static func load(_ path: String?) throws(ConfigurationError) -> ConfigurationFile {
        if let path { return try ConfigurationFile(path: path) }
        for path in defaultPaths where File.exists(path) { return try ConfigurationFile(path: path) }
        let places = defaultPaths.map { "\"\($0)\"" }.joined(separator: " nor ")
        throw ConfigurationError(lines: ["no configuration: there is neither \(places); give one by --config FILE"])
    }

    private init(path: String) throws(ConfigurationError) {
        let document: JSONDocument
        do {
            document = try JSONDocument(try File.read(path, limit: Self.sizeLimit), comments: true)
        } catch let error as JSONError {
            throw ConfigurationError(lines: ["\(path):\(error)"])
        } catch {
            throw ConfigurationError(lines: ["\(error)"])
        }
        let directory = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        var source = ConfigurationSource(
            node: document.root, path: .init(), directory: directory.isEmpty ? "/" : directory)
        let value = ConfigurationType<AgentConfiguration>.object().read(&source)
        guard let value, source.problems.isEmpty else {
            let lines = source.problems.sorted { $0.path.offset < $1.path.offset }.map { problem in
                let place = problem.path.text.isEmpty ? "" : " \(problem.path.text):"
                return "\(path):\(document.position(of: problem.path.offset)):\(place) \(problem.text)"
            }
            throw ConfigurationError(lines: lines)
        }
        (self.path, self.document, configuration) = (path, document, value)
    }

    /// The object of one collector as it stands in the file.
    func collectorObject(named name: String) -> JSONValue? {
        document.root.value["collectors"]?.array?.first { $0["name"]?.string == name }
    }
}

/// All that is wrong with a configuration, a line each.
struct ConfigurationError: Error, CustomStringConvertible {
    var lines: [String]

    var description: String { lines.joined(separator: "\n") }
}
