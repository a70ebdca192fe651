import Logging
import Platform

/// The last lines a pipeline logged: shown when a life goes wrong.
final class LogLines: Sendable {
    private struct Recorder: LogHandler {
        let record: LogLines
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.debug

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let facts = (event.metadata ?? [:]).map { "\($0): \($1)" }.sorted().joined(separator: ", ")
            record.stored.withLock { lines in
                lines.append("\(event.level) \(event.message) \(facts)")
                if lines.count > 100 { lines.removeFirst(50) }
            }
        }
    }

    fileprivate let stored = Locked<[String]>([])

    var lines: [String] { stored.withLock(\.self) }

    var logger: Logger {
        Logger(label: "life") { _ in Recorder(record: self) }
    }
}
