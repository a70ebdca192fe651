import AgentCore
import ArgumentParser
import EventModel
import Glibc
import Logging
import Platform
import Sinks

/// How the agent's own log is written to standard error.
enum LogFormat: String, CaseIterable, ExpressibleByArgument {
    /// `journald` when standard error is systemd's journal, else `text`.
    case auto
    /// For people: `2026-11-21T06:18:00Z warning collector failed  collector=vc1 attempt=2`.
    case text
    /// One JSON object a line: `time`, `level`, `message`, and the metadata under its own names.
    case json
    /// For systemd's journal: each pair of the metadata is a field, `GUESTWATCH_COLLECTOR=vc1`. Where the journal does
    /// not listen, text with sd-daemon(3)'s priority in front, without the time, which the journal knows.
    case journald

    /// The format that `auto` stands for here.
    var resolved: LogFormat {
        guard self == .auto else { return self }
        return getenv("JOURNAL_STREAM") != nil && isatty(STDERR_FILENO) == 0 ? .journald : .text
    }
}

/// Writes log lines to standard error or systemd's journal, each in one call, so that lines of several threads never
/// mix.
struct AgentLogHandler: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level
    private let format: LogFormat
    private let journal: DatagramSocket?

    init(
        format: LogFormat, level: Logger.Level, journal: DatagramSocket? = DatagramSocket("/run/systemd/journal/socket")
    ) {
        (self.format, logLevel, self.journal) = (format.resolved, level, journal)
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let fields = metadata.merging(event.metadata ?? [:]) { $1 }.sorted { $0.key < $1.key }
        let pairs = fields.map { ($0.key, "\($0.value)") }
        let line: [UInt8]
        switch format {
        case .json: line = HarmlessJSON.escaped(json(event, pairs))
        case .journald:
            let message = JournaldMessage(
                "\(event.message)\(text(pairs))", priority: event.level.priority, pairs: pairs)
            if journal?.send(message.bytes) == .sent { return }
            line = Array("<\(event.level.priority)>\(shown(event, pairs))".utf8)
        case .text, .auto:
            line = Array("\(AgentClock.system.now().rfc3339) \(event.level) \(shown(event, pairs))".utf8)
        }
        StandardError.write(line + [UInt8(ascii: "\n")])
    }

    /// One line, whatever the values are: they come from outside.
    private func shown(_ event: LogEvent, _ pairs: [(String, String)]) -> String {
        "\(event.message)".harmless + text(pairs.map { ($0.0.harmless, $0.1.harmless) })
    }

    /// A value that could be taken for another pair is quoted, and cannot end its quotes.
    private func text(_ pairs: [(String, String)]) -> String {
        pairs.map { name, value in
            guard value.contains(where: { $0 == " " || $0 == "\"" }) else { return "  \(name)=\(value)" }
            let inner = value.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\\\"")
            return "  \(name)=\"\(inner)\""
        }.joined()
    }

    private func json(_ event: LogEvent, _ pairs: [(String, String)]) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        let head = [
            ("time", AgentClock.system.now().rfc3339), ("level", "\(event.level)"), ("message", "\(event.message)"),
        ]
        for (name, value) in head + pairs {
            writer.name(name)
            writer.string(value)
        }
        writer.endObject()
        return writer.bytes
    }
}

extension Logger.Level {
    /// Reads a level from the command line.
    static func parse(_ text: String) throws -> Logger.Level {
        guard let level = Logger.Level(rawValue: text) else {
            let known = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("\"\(text)\" is none of \(known)")
        }
        return level
    }

    /// syslog(3)'s priority.
    fileprivate var priority: Int {
        switch self {
        case .trace, .debug: 7
        case .info: 6
        case .notice: 5
        case .warning: 4
        case .error: 3
        case .critical: 2
        }
    }
}
