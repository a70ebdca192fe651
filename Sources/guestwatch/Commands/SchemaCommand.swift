import ArgumentParser
import EventModel

/// `guestwatch schema`: the JSON Schema of `collectors.json`, made from the declarations that read it.
struct SchemaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema", abstract: "Print the JSON Schema (draft 2020-12) of collectors.json.")

    @Flag(help: "As the Markdown tables of Docs/Configuration.md.")
    var markdown = false

    func run() throws {
        let schema = AgentConfiguration.schema
        try StandardOutput.write(
            markdown ? Array(ConfigurationReference(schema: schema).text.utf8) : JSONWriter.indented(schema))
    }
}
