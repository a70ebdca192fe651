import AgentCore
import EventModel

/// Reads a configuration from JSON text, with `/etc/guestwatch` as the folder of the file.
func read<Configuration: Configurable>(
    _ text: String, as: Configuration.Type = Configuration.self
) throws -> Configuration {
    let (configuration, problems) = try reading(text, of: Configuration.self)
    if let problem = problems.first { throw problem }
    return configuration
}

/// The problems of a configuration: `path: text`.
func problems<Configuration: Configurable>(_ text: String, of: Configuration.Type) -> [String] {
    guard let problems = try? reading(text, of: Configuration.self).1 else { return ["not JSON"] }
    return problems.map { "\($0.path.text): \($0.text)" }
}

private func reading<Configuration: Configurable>(
    _ text: String, of: Configuration.Type
) throws -> (Configuration, [ConfigurationProblem]) {
    guard case .object(let members, let offset) = try JSONDocument(Array(text.utf8)).root else {
        throw ConfigurationProblem(path: .init(), text: "no object")
    }
    var reader = ConfigurationReader(members: members, path: .init(offset: offset), directory: "/etc/guestwatch")
    let configuration = Configuration(from: &reader)
    return (configuration, reader.finish())
}
