import ArgumentParser
import EventModel

/// `guestwatch schema`: the JSON Schema of `collectors.json`, made from the declarations that read it.
struct SchemaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema", abstract: "Print the JSON Schema (draft 2020-12) of collectors.json.")

    func run() throws {
        try StandardOutput.write(JSONWriter.indented(AgentConfiguration.schema))
    }
}
