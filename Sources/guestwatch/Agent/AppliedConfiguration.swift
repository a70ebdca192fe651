import EventModel
import Pipeline
import Platform
import WebAPI

/// The configuration file the agent runs on now: reloading changes it, the API shows it.
final class AppliedConfiguration: Sendable {
    private let file: Locked<ConfigurationFile>

    init(_ file: ConfigurationFile) {
        self.file = Locked(file)
    }

    /// Another file is applied.
    func changed(to file: ConfigurationFile) {
        self.file.withLock { $0 = file }
    }

    /// The file as it may be shown: without anything secret.
    var shown: JSONValue {
        BlankedConfiguration.blanked(file.withLock { $0.document.root.value })
    }

    /// A sink as configured.
    func sink(_ name: String) throws(DeliveryCommandError) -> SinkEntry {
        let sinks = file.withLock { $0.configuration.sinks }
        guard let entry = sinks.first(where: { $0.name == name }) else {
            throw .unknownSink(name, known: sinks.map(\.name))
        }
        return entry
    }
}
