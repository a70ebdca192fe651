import AgentCore
import EventModel
import Platform

/// Follows the agent's stream of events through disconnections and restarts: each event once, in order.
struct Following: Sendable {
    let client: APIClient
    let filter: EventFilterOptions
    /// For the agent's list of streams.
    let name: String
    /// Told what a person should know: a gap, a lost connection.
    var told: @Sendable (String) -> Void = { StandardError.print("guestwatch: \($0)") }

    private static let shortestWait = Duration.milliseconds(200)
    private static let longestWait = Duration.seconds(5)

    /// Where a stream stands.
    private struct Place: Sendable {
        /// The history the sequence counts in.
        var journal: String?
        /// The last sequence seen.
        var after: Int64?
        var hasBegun = false
        var isDone = false
        /// A connection stood since the last look.
        var isFresh = false
    }

    /// Hands over the line of each event, on a thread of the connection, until `take` wants no more. Who takes slowly
    /// slows the reading.
    ///
    /// Throws when the agent does not answer at first, or refuses; once it has answered it is waited for.
    func run(after: Int64?, history: Int, take: @escaping @Sendable (_ line: [UInt8]) -> Bool) async throws {
        let place = Locked(Place(after: after))
        var wait = Self.shortestWait
        while !Task.isCancelled {
            let (journal, after) = place.withLock { ($0.journal, $0.after) }
            let path = filter.applied(to: APIPath("v1", "events", "stream")).with("name", name)
                .with("after", after).with("journal", journal).with("history", after == nil ? history : nil)
            do throws(APIError) {
                try await client.lines(of: path) {
                    place.withLock { ($0.hasBegun, $0.isFresh) = (true, true) }
                } _: { lines in
                    for line in lines where !accept(line, place, take) {
                        place.withLock { $0.isDone = true }
                        return false
                    }
                    return true
                }
            } catch {
                let hasBegun = place.withLock { $0.hasBegun }
                if case .problem(409, let detail, _) = error, hasBegun {
                    // Another history: nothing of it was seen.
                    told("\(detail); beginning with its oldest event")
                    place.withLock { ($0.journal, $0.after) = (nil, 0) }
                    continue
                }
                guard hasBegun, error.exitStatus == .unavailable else { throw error }
                told("\(error); trying again")
            }
            let (isDone, isFresh) = place.withLock { place in
                defer { place.isFresh = false }
                return (place.isDone, place.isFresh)
            }
            if isDone { return }
            wait = isFresh ? Self.shortestWait : min(wait * 2, Self.longestWait)
            try await AgentClock.system.sleep(wait)
        }
    }

    private func accept(_ line: [UInt8], _ place: Locked<Place>, _ take: (_ line: [UInt8]) -> Bool) -> Bool {
        switch StreamLine(line) {
        case .event(let sequence, let journal):
            place.withLock { ($0.after, $0.journal) = (sequence, journal) }
            return take(line)
        case .gap(let text): told(text)
        case .end(let text, let resume):
            told(text)
            if let resume { place.withLock { $0.after = resume } }
        case .heartbeat: break
        }
        return true
    }
}

/// What a line of `application/x-ndjson` says.
enum StreamLine {
    case event(sequence: Int64, journal: String?)
    case gap(String)
    case end(String, resume: Int64?)
    case heartbeat

    init(_ line: [UInt8]) {
        guard let value = try? JSONDocument(line).root.value else {
            self = .heartbeat
            return
        }
        if let sequence = value["sequence"]?.string.flatMap({ Int64($0) }) {
            self = .event(sequence: sequence, journal: value["journal"]?.string)
        } else if let gap = value["gap"] {
            let what = String(decoding: JSONText(gap).bytes, as: UTF8.self)
            self = .gap("events that the journal holds no more were missed: \(what)")
        } else if let end = value["end"] {
            let resume = end["after"]?.integer ?? end["resumeAfter"]?.integer
            self = .end("the agent ended the stream: \(end.text("reason"))", resume: resume)
        } else {
            self = .heartbeat
        }
    }
}
