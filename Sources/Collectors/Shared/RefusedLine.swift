import EventModel

/// What becomes of a line of an outside source that cannot be read: an event that keeps it, instead of silence.
enum RefusedLine {
    /// Of such a line so much is kept. In bytes.
    static let keptBytes = 4096

    /// `agent.collector-line-refused`: what the line said and why it could not be read. The same line at the same time
    /// has the same id.
    static func event(
        _ line: [UInt8], problem: String, source: String, collector: String, at time: Timestamp
    ) -> Event {
        var hash = StableHash()
        hash.add(line)
        return Event(
            id: "refused/\(time.rfc3339)/\(hash.text)", source: source, type: "agent.collector-line-refused",
            time: time, severity: .warning,
            data: JSONText([
                "message": .string("The collector \(collector) could not read a line of its source: \(problem)."),
                "collector": .string(collector), "problem": .string(problem),
                "text": .string(String(decoding: line.prefix(keptBytes), as: UTF8.self)),
            ]))
    }
}
