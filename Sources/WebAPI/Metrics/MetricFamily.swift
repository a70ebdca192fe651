/// One metric: its name and what it means, whatever its samples are.
package struct MetricFamily: Sendable, Hashable {
    /// How it goes up and down.
    package enum Kind: String, Sendable {
        case counter, gauge, histogram
    }

    /// Without `_total`, as OpenMetrics names a family.
    package let name: String
    package let kind: Kind
    /// The names of the labels of each sample, in order; a histogram has `le` besides.
    package let labels: [String]
    /// A sentence.
    package let help: String

    /// As it is queried: with `_total` for a counter.
    package var queriedName: String { kind == .counter ? "\(name)_total" : name }

    private init(_ name: String, _ kind: Kind, _ labels: [String], _ help: String) {
        (self.name, self.kind, self.labels, self.help) = ("guestwatch_\(name)", kind, labels, help)
    }

    static func counter(_ name: String, _ help: String, labels: [String] = []) -> MetricFamily {
        MetricFamily(name, .counter, labels, help)
    }

    static func gauge(_ name: String, _ help: String, labels: [String] = []) -> MetricFamily {
        MetricFamily(name, .gauge, labels, help)
    }

    static func histogram(_ name: String, _ help: String, labels: [String] = []) -> MetricFamily {
        MetricFamily(name, .histogram, labels, help)
    }
}

extension MetricFamily {
    /// Families by what they are about, in the order of the page: what the documentation is made of.
    package static let groups: [(title: String, families: [MetricFamily])] = [
        ("The agent", AgentMetrics.all), ("The journal", JournalMetrics.all), ("Collectors", CollectorMetrics.all),
        ("Sinks", SinkMetrics.all), ("Readers and guests", ReaderMetrics.all),
    ]

    /// All there are, as the Markdown of Docs/Metrics.md.
    package static var markdown: String {
        var text = """
            # Metrics

            Made by `guestwatch metrics --markdown`. Served at `/metrics` in Prometheus' text format, or OpenMetrics \
            by `Accept`. Counters count from the start of the agent, those of a sink from its restart. For every sink

                committed = acknowledged + waiting + filtered + dead-lettered + dropped

            which `guestwatch_sink_conserved` says the agent's own check of.

            """
        for group in groups {
            text += "\n## \(group.title)\n\n| metric | kind | labels | meaning |\n|---|---|---|---|\n"
            for family in group.families {
                let labels = (family.labels + (family.kind == .histogram ? ["le"] : [])).map { "`\($0)`" }
                text += "| `\(family.queriedName)` | \(family.kind.rawValue) | \(labels.joined(separator: ", ")) | "
                text += "\(family.help) |\n"
            }
        }
        return text
    }
}
