import AgentCore
import EventModel

extension Entry {
    /// Stands for an entry the disk has damaged: readers are told of it in its place, and go on.
    static func damaged(_ sequence: UInt64, storedAt: Timestamp, journal: String) -> Entry {
        var writer = JSONWriter()
        writer.beginObject()
        writer.name("message")
        writer.string("The journal cannot read its entry \(sequence) back: the disk has changed it.")
        writer.endObject()
        let event = Event(
            id: "agent.entry-damaged/\(journal)/\(sequence)", source: "guestwatch://\(journal)",
            type: "agent.entry-damaged", time: storedAt, severity: .error,
            data: JSONText(trusted: writer.bytes[...]))
        return Entry(
            sequence: sequence, type: event.type, severity: event.severity, body: EventEncoder.encode(event)[...])
    }
}
