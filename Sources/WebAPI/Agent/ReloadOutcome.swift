/// What a reload of the configuration came to.
package struct ReloadOutcome: Sendable, Hashable {
    /// Plugins by name.
    package struct Names: Sendable, Hashable, CustomStringConvertible {
        package var added: [String] = []
        package var removed: [String] = []
        /// Made anew, because their object changed.
        package var changed: [String] = []

        package init(added: [String] = [], removed: [String] = [], changed: [String] = []) {
            (self.added, self.removed, self.changed) = (added, removed, changed)
        }

        package var description: String {
            let words = added.map { "+\($0)" } + removed.map { "-\($0)" } + changed.map { "~\($0)" }
            return words.isEmpty ? "unchanged" : words.joined(separator: " ")
        }
    }

    /// Why nothing was changed at all; empty when the file was applied.
    package var problems: [String]
    package var collectors: Names
    package var sinks: Names
    /// Whether the journal's retention changed.
    package var retention: Bool
    /// What of the API changed, by its settings' names.
    package var api: [String]
    /// What could not be applied though the file is sound; the next reload tries it again.
    package var failures: [String] = []

    package init(
        problems: [String] = [], collectors: Names = Names(), sinks: Names = Names(), retention: Bool = false,
        api: [String] = []
    ) {
        (self.problems, self.collectors, self.sinks) = (problems, collectors, sinks)
        (self.retention, self.api) = (retention, api)
    }
}
