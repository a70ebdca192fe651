import AgentCore
import EventModel
import Platform

/// Events read one after the other from a recording: the same each time.
protocol RecordedEvents: Sendable {
    /// The next event; nil at the end. Never called twice at once.
    func next() async throws -> Event?
    func close() async
}

/// What kinds of recordings there are.
enum RecordingKind {
    /// Opens a fixture with a SOAP session, a folder with `events.jsonl`, or a file of JSON lines.
    static func open(_ path: String, in context: CollectorContext) throws -> any RecordedEvents {
        if File.exists("\(path)/input") { return try RecordedSession(folder: path, context: context) }
        let file = File.exists("\(path)/events.jsonl") ? "\(path)/events.jsonl" : path
        return try RecordedLines(path: file, source: "replay://\(context.name)")
    }
}

/// Events from a file of CloudEvents JSON lines, as the file sink writes them.
///
/// A line that is no event costs that line only: it becomes `agent.replay-line-refused` with its number, its text and
/// what is wrong.
actor RecordedLines: RecordedEvents {
    /// No event is longer. In bytes.
    private static let lineLimit = 16 << 20
    /// Of a line that is no event so much is kept. In bytes.
    private static let keptBytes = 4096

    private let lines: LineReader
    private let source: String
    private var number = 0
    private var time = Timestamp(nanoseconds: 0)

    init(path: String, source: String) throws {
        lines = try LineReader(path: path, limit: Self.lineLimit)
        self.source = source
    }

    func next() async throws -> Event? {
        while let line = try lines.next() {
            number += 1
            if line.bytes.allSatisfy({ $0 == 0x20 || $0 == 0x0D || $0 == 0x09 }) { continue }
            let event: Event
            do {
                if line.isCut { throw EventDecodingError("longer than \(Self.lineLimit) bytes") }
                event = try EventDecoder.decode(line.bytes).event
            } catch {
                event = other(line, problem: "\(error)")
            }
            time = event.time
            return event
        }
        return nil
    }

    func close() async {}

    private func other(_ line: LineReader.Line, problem: String) -> Event {
        let text = String(decoding: line.bytes.prefix(Self.keptBytes), as: UTF8.self)
        return Event(
            id: "line/\(number)", source: source, type: "agent.replay-line-refused", time: time, severity: .warning,
            data: JSONText([
                "message": .string("line \(number) of the recording is no event: \(problem)"),
                "line": .number("\(number)"), "text": .string(text),
            ]))
    }
}
