import ArgumentParser
import WebAPI

/// `guestwatch metrics`: what `/metrics` serves.
struct MetricsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "metrics", abstract: "List every metric of /metrics, with a sentence each.")

    @Flag(help: "As the Markdown of Docs/Metrics.md.")
    var markdown = false

    func run() throws {
        if markdown { return try StandardOutput.write(Array(MetricFamily.markdown.utf8)) }
        let families = MetricFamily.groups.flatMap(\.families)
        let width = families.map(\.queriedName.count).max() ?? 0
        for family in families {
            let space = String(repeating: " ", count: width - family.queriedName.count)
            try StandardOutput.print("\(family.queriedName)\(space)  \(family.help)")
        }
    }
}
