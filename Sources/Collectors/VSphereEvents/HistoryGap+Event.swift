import EventModel

extension HistoryGap {
    /// The event that stands in the gap's place: `agent.collector-gap`, with both ends.
    func event(source: String, collector: String) -> Event {
        var writer = JSONWriter()
        writer.beginObject()
        writer.name("collector")
        writer.string(collector)
        writer.name("message")
        writer.string("Events between \(from.text) and \(to.text) could not be read: \(reason).")
        for (name, end) in [("from", from), ("to", to)] {
            writer.name(name)
            writer.beginObject()
            end.write(to: &writer)
            writer.endObject()
        }
        writer.endObject()
        return Event(
            id: "gap/\(from.text)/\(to.text)", source: source, type: "agent.collector-gap", time: to.time,
            severity: .error, data: JSONText(trusted: writer.bytes[...]))
    }
}

extension EventPosition {
    fileprivate var text: String { "\(time.rfc3339)/\(key)" }
}
