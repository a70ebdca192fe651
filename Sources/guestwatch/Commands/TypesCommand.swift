import ArgumentParser
import EventModel

/// `guestwatch types`: the catalogue.
struct TypesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "types", abstract: "List every type of event, with a sentence each.")

    @Flag(help: "As the Markdown table of Docs/Events.md.")
    var markdown = false

    func run() throws {
        if markdown {
            try StandardOutput.print("| type | what happened |\n|---|---|")
            for entry in EventCatalogue.entries { try StandardOutput.print("| `\(entry.type)` | \(entry.sentence) |") }
        } else {
            let width = EventCatalogue.entries.map(\.type.rawValue.count).max() ?? 0
            for entry in EventCatalogue.entries {
                let space = String(repeating: " ", count: width - entry.type.rawValue.count)
                try StandardOutput.print("\(entry.type)\(space)  \(entry.sentence)")
            }
        }
    }
}
