package import AgentCore
package import EventModel

/// How far a recording was played: what the checkpoint of a `ReplayCollector` holds.
package struct ReplayPlace: Sendable, Hashable {
    /// The format of the checkpoint.
    private static let version = 1
    /// Between the last event of a pass and the first of the next.
    private static let pause = Duration.seconds(1)

    /// Passes completed.
    package private(set) var pass = 0
    /// Events played in this pass.
    package private(set) var count = 0
    /// The id, as recorded, of the last of them; empty before the first.
    package private(set) var lastID = ""
    /// When it happened, as recorded.
    package private(set) var lastTime: Timestamp?
    /// When the first event of a pass happened, as recorded.
    private var firstTime: Timestamp?
    /// Nanoseconds by which the events of this pass are later than recorded.
    private var shift: Int64 = 0

    package init() {}

    /// Reads a checkpoint. Throws `.unusableCheckpoint`.
    package init(_ checkpoint: Checkpoint) throws {
        guard checkpoint.version == Self.version, let value = try? JSONDocument(checkpoint.bytes).root.value,
            let pass = value["pass"]?.integer, let count = value["count"]?.integer, let lastID = value["last"]?.string,
            let shift = value["shift"]?.integer, pass >= 0, count >= 0
        else {
            throw CollectorError.unusableCheckpoint(
                "the replay's checkpoint (version \(checkpoint.version)) cannot be read")
        }
        (self.pass, self.count, self.lastID, self.shift) = (Int(pass), Int(count), lastID, shift)
        lastTime = value["lastTime"]?.string.flatMap { Timestamp(rfc3339: $0) }
        firstTime = value["firstTime"]?.string.flatMap { Timestamp(rfc3339: $0) }
    }

    package func encoded() -> Checkpoint {
        var members: [JSONValue.Member] = [
            .init("pass", .number("\(pass)")), .init("count", .number("\(count)")), .init("last", .string(lastID)),
            .init("shift", .number("\(shift)")),
        ]
        if let lastTime { members.append(.init("lastTime", .string(lastTime.rfc3339))) }
        if let firstTime { members.append(.init("firstTime", .string(firstTime.rfc3339))) }
        return Checkpoint(version: Self.version, bytes: Array(JSONText(.object(members)).bytes))
    }

    /// Counts an event, as recorded.
    package mutating func played(_ event: Event) {
        count += 1
        (lastID, lastTime) = (event.id, event.time)
        firstTime = firstTime ?? event.time
    }

    /// Begins the next pass: its events happen after those of the last.
    package mutating func beginAgain() {
        if let firstTime, let lastTime {
            shift = Timestamp(nanoseconds: shift).advanced(by: lastTime.since(firstTime) + Self.pause).nanoseconds
        }
        (pass, count, lastID) = (pass + 1, 0, "")
    }

    /// An event of this pass, with an id and a time of its own; in the first pass it is as recorded.
    package func moved(_ event: Event) -> Event {
        guard pass > 0 else { return event }
        var event = event
        event.id += "/pass-\(pass)"
        event.time = event.time.advanced(by: .nanoseconds(shift))
        return event
    }
}
