import AgentCore
import EventModel

@testable import Collectors

/// Translators from their configuration, and lines as a follower hands them out.
enum LineRig {
    static let host = HostView(name: "hv1", under: "")
    /// When all lines are read: 2026-11-21T06:00:00Z.
    static let readAt = Timestamp(nanoseconds: 1_795_240_800_000_000_000)

    struct Unreadable: Error {}

    static func configuration(_ text: String) throws -> LineConfiguration {
        guard case .object(let members, _) = try JSONDocument(Array(text.utf8)).root else { throw Unreadable() }
        var reader = ConfigurationReader(members: members, path: .init(), directory: "/etc")
        let configuration = LineConfiguration(from: &reader)
        let problems = reader.finish()
        if !problems.isEmpty { throw Problems(list: problems) }
        return configuration
    }

    struct Problems: Error {
        var list: [ConfigurationProblem]
        var text: String { list.map { "\($0.path.text): \($0.text)" }.joined(separator: "\n") }
    }

    static func translator(_ text: String) throws -> LineTranslator {
        LineTranslator(try configuration(text), host: host, collector: "logs")
    }

    static func shipped(_ name: String, zone: String? = nil) throws -> LineTranslator {
        try translator(#"{ "translator": "\#(name)"\#(zone.map { #", "zone": "\#($0)""# } ?? "") }"#)
    }

    static func line(
        _ bytes: some Collection<UInt8>, path: String = "/var/log/a.log", offset: UInt64 = 0, identity: String = "f1"
    ) -> FollowedLine {
        FollowedLine(path: path, bytes: Array(bytes)[...], offset: offset, identity: identity, readAt: readAt)
    }

    static func line(_ text: String, path: String = "/var/log/a.log", offset: UInt64 = 0) -> FollowedLine {
        line(text.utf8, path: path, offset: offset)
    }

    /// The lines of a file, those joined that continue others.
    static func lines(_ bytes: [UInt8], path: String, continuation: String?) -> [FollowedLine] {
        var lines: [FollowedLine] = []
        var offset: UInt64 = 0
        for part in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            defer { offset += UInt64(part.count) + 1 }
            if let continuation, !lines.isEmpty, part.starts(with: continuation.utf8) {
                lines[lines.count - 1].bytes += [UInt8(ascii: "\n")] + part
            } else if !part.isEmpty {
                lines.append(line(part, path: path, offset: offset))
            }
        }
        return lines
    }

    /// What becomes of a whole file: `type guest time severity`, an event a line.
    static func told(_ translator: inout LineTranslator, _ bytes: [UInt8], path: String) -> [String] {
        let lines = lines(bytes, path: path, continuation: translator.configuration.continuation)
        var events = lines.compactMap { translator.translate($0) }
        events += translator.finish("f1")
        return events.map(summary)
    }

    static func summary(_ event: Event) -> String {
        let guest = event.guest.map { "\($0.kind.rawValue)/\($0.id)" } ?? "-"
        let time = event.time == readAt ? "read" : event.time.rfc3339
        return "\(event.type) \(guest) \(time) \(event.severity.rawValue)"
    }

    /// The event of a line that must become one.
    static func event(_ translator: inout LineTranslator, _ line: FollowedLine) throws -> Event {
        guard let event = translator.translate(line) else { throw Unreadable() }
        return event
    }

    static func data(_ event: Event?) throws -> JSONValue {
        guard let event else { throw Unreadable() }
        return try event.data.parsed()
    }
}
