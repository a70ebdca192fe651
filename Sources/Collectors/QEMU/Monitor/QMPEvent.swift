package import EventModel

/// What a QMP monitor told without being asked.
package struct QMPEvent: Sendable, Hashable {
    /// QEMU's own name: `STOP`, `GUEST_PANICKED`.
    package var name: String
    /// QEMU's own time; when it was read, where QEMU gave none.
    package var time: Timestamp
    /// All that came with it; nil where nothing did.
    package var data: JSONValue?
    /// What the monitor answered about the background job the event is about: its type, its error.
    package var job: JSONValue?

    package init(name: String, time: Timestamp, data: JSONValue? = nil, job: JSONValue? = nil) {
        (self.name, self.time, self.data, self.job) = (name, time, data, job)
    }

    /// Reads an object of the stream that has the member `event`; nil when it is none.
    init?(_ object: JSONValue, readAt now: Timestamp) {
        guard let name = object["event"]?.string, !name.isEmpty, name.utf8.count <= Self.maximumNameBytes else {
            return nil
        }
        self.init(name: name, time: Self.time(of: object) ?? now, data: object["data"])
    }

    /// QEMU's names have 30 letters at the most.
    private static let maximumNameBytes = 128

    /// The member of the data, as the text of a message or a condition.
    package func field(_ name: String) -> String? {
        switch data?[name] ?? job?[name] {
        case .string(let text): text
        case .number(let text): text
        case .bool(let value): "\(value)"
        default: nil
        }
    }

    /// Seconds are -1 where QEMU could not read its clock.
    private static func time(of object: JSONValue) -> Timestamp? {
        guard let seconds = object["timestamp"]?["seconds"]?.integer,
            let microseconds = object["timestamp"]?["microseconds"]?.integer,
            (0..<9_000_000_000).contains(seconds), (0..<1_000_000).contains(microseconds)
        else { return nil }
        return Timestamp(nanoseconds: seconds * 1_000_000_000 + microseconds * 1000)
    }
}
