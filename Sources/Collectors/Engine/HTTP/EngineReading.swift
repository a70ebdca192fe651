package import AgentCore
package import EventModel

/// How far an engine's stream was read: what the checkpoint of an `EngineCollector` holds, and what is decided by it.
///
/// An engine goes on by time, `since`, gives what lies on that time again, and does not write in the order of time: so
/// it is asked for a little more than is needed, and what was read of that is known by the hash of its line.
package struct EngineReading: Sendable, Hashable {
    /// The format of the checkpoint.
    private static let version = 1
    /// Reports are out of order by less than this; Podman's pulls by a tenth of a second.
    static let margin: Duration = .seconds(2)
    /// Lines known; twice what Docker keeps. With more in the margin the engine is asked for less.
    static let maximumKnown = 512
    /// Containers whose health is known.
    static let maximumHealth = 1024

    private struct Replay: Sendable, Hashable {
        /// Reports up to here come from the engine's memory.
        var until: Timestamp
        /// What was read last before.
        var from: Timestamp
        var first: Timestamp?
        var count = 0
        var metKnown: Bool
    }

    /// The time of what was read last; before that, where to begin.
    package private(set) var last: Timestamp
    private var earliest: Timestamp
    private var known: [HashedTime] = []
    /// What was told of it.
    var recent = RecentTellings()
    private var health: [JSONValue.Member] = []
    private var replay: Replay?

    /// Begins at a time.
    package init(from start: Timestamp) {
        (last, earliest) = (start, start)
    }

    /// What the engine is to be asked for.
    package var since: Timestamp {
        max(min(earliest, last), last.advanced(by: .zero - Self.margin))
    }

    /// The engine was asked for what is since `since`, and answers now: all up to now is from its memory.
    package mutating func connected(at now: Timestamp) {
        replay = Replay(until: now, from: last, metKnown: known.isEmpty)
    }

    /// Notes a line, of a report of that time. False when it was read before.
    package mutating func take(_ line: [UInt8], of time: Timestamp) -> Bool {
        let line = HashedTime(line, time)
        if known.contains(line) {
            replay?.metKnown = true
            return false
        }
        // A clock that was set back: what is later than it now says nothing about what to ask for.
        if time < earliest { earliest = time }
        last = time
        known.append(line)
        let begin = since
        known.removeAll { $0.time < begin }
        if known.count > Self.maximumKnown {
            known.sort { $0.time < $1.time }
            let gone = known.count - Self.maximumKnown
            earliest = known[gone - 1].time.advanced(by: .nanoseconds(1))
            known.removeFirst(gone)
        }
        return true
    }

    /// The gap that a report of that time shows: the engine's memory holds `buffered` reports, all of them are news,
    /// and so there were more. Once for each connection.
    package mutating func gap(at time: Timestamp, buffered: Int) -> (from: Timestamp, to: Timestamp)? {
        guard var replay, !replay.metKnown, time <= replay.until else { return nil }
        replay.first = replay.first ?? time
        replay.count += 1
        self.replay = replay
        guard replay.count == buffered, let first = replay.first else { return nil }
        self.replay?.metKnown = true
        return (replay.from, first)
    }

    /// Whether a container's health is another than it was told to be.
    package mutating func isNews(health state: String, of id: String) -> Bool {
        let place = health.firstIndex { $0.name == id }
        if let place, health[place].value.string == state { return false }
        if let place { health.remove(at: place) }
        health.append(.init(id, .string(state)))
        if health.count > Self.maximumHealth { health.removeFirst() }
        return true
    }

    /// A container is gone.
    package mutating func removed(_ id: String) {
        health.removeAll { $0.name == id }
    }
}

extension EngineReading {
    /// Reads a checkpoint. Throws `.unusableCheckpoint`.
    package init(_ checkpoint: Checkpoint, runtime: String) throws {
        guard checkpoint.version == Self.version, let value = try? JSONDocument(checkpoint.bytes).root.value,
            let last = value["last"]?.integer, let earliest = value["earliest"]?.integer,
            let known = value["known"]?.array,
            let recent = value["recent"].flatMap({ RecentTellings($0, runtime: runtime) })
        else {
            throw CollectorError.unusableCheckpoint(
                "the engine's checkpoint (version \(checkpoint.version)) cannot be read")
        }
        (self.last, self.earliest) = (Timestamp(nanoseconds: last), Timestamp(nanoseconds: earliest))
        self.known = known.compactMap { HashedTime($0) }
        self.recent = recent
        health = value["health"]?.members ?? []
    }

    /// The checkpoint.
    package func encoded() -> Checkpoint {
        let text = JSONText([
            "last": .number("\(last.nanoseconds)"), "earliest": .number("\(earliest.nanoseconds)"),
            "known": .array(known.map(\.value)), "recent": recent.value,
            "health": .object(health),
        ])
        return Checkpoint(version: Self.version, bytes: Array(text.bytes))
    }
}
