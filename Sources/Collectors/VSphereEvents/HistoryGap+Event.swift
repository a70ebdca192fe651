import EventModel

extension HistoryGap {
    /// The event that stands in the gap's place: `agent.collector-gap`, with both ends.
    func event(source: String, collector: String) -> Event {
        let beginning = from?.text ?? fromTime.rfc3339
        var writer = JSONWriter()
        writer.beginObject()
        writer.name("collector")
        writer.string(collector)
        writer.name("message")
        writer.string("Events between \(beginning) and \(to.text) could not be read: \(reason).")
        writer.name("from")
        writer.beginObject()
        if let from {
            from.write(to: &writer)
        } else {
            writer.name("time")
            writer.time(fromTime)
        }
        writer.endObject()
        writer.name("to")
        writer.beginObject()
        to.write(to: &writer)
        writer.endObject()
        writer.endObject()
        return Event(
            id: "gap/\(beginning)/\(to.text)", source: source, type: "agent.collector-gap", time: to.time,
            severity: .error, data: JSONText(trusted: writer.bytes[...]))
    }
}

extension EventPosition {
    fileprivate var text: String { "\(time.rfc3339)/\(key)" }
}
