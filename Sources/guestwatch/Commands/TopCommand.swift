import AgentCore
import ArgumentParser
import EventModel
import Platform

/// `guestwatch top`: what happens most, live.
struct TopCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "top", abstract: "Show events per second by type, guest, source or collector, live.")

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var filter: EventFilterOptions

    @Option(help: "What is counted apart: type, guest, source or collector; of collectors all events, without filters.")
    var by: Attribute = .type

    @Option(help: "Seconds between two pictures.")
    var interval = 2.0

    @Option(help: "The most rows.")
    var rows = 20

    @Option(help: "End after so many pictures.")
    var count: Int?

    /// What events are told apart by.
    enum Attribute: String, ExpressibleByArgument, CaseIterable, Sendable {
        case type, guest, source, collector
    }

    func validate() throws {
        guard interval >= 0.1, interval <= 3600 else { throw ValidationError("--interval is from 0.1 to 3600 seconds") }
    }

    func run() async throws {
        try await connection.run { client in
            if by == .collector { return try await followCollectors(client) }
            let tally = Locked(EventTally())
            try await withThrowingTaskGroup { group in
                group.addTask {
                    try await Following(client: client, filter: filter, name: "top").run(after: nil, history: 0) {
                        line in
                        if let event = try? EventDecoder.decode(line).event { tally.withLock { $0.add(event, by: by) } }
                        return true
                    }
                }
                group.addTask { try await show(tally) }
                defer { group.cancelAll() }
                try await group.next()
            }
        }
    }

    private func show(_ tally: Locked<EventTally>) async throws {
        try await show { tally.withLock { $0.take(rows: rows, seconds: interval, by: by) } }
    }

    /// Events do not say which collector brought them: the collectors' own counts do.
    private func followCollectors(_ client: APIClient) async throws {
        var last: [String: Int] = [:]
        try await show {
            let collectors = try await client.get(APIPath("v1", "collectors"))["collectors"]?.array ?? []
            let now = Dictionary(collectors.map { ($0.text("name"), Int($0.count("events"))) }) { first, _ in first }
            defer { last = now }
            var tally = EventTally(from: last.isEmpty ? now : last, to: now)
            return tally.take(rows: rows, seconds: interval, by: by)
        }
    }

    private func show(_ picture: () async throws -> [String]) async throws {
        var left = count ?? .max
        let isScreen = StandardOutput.isTerminal
        while left > 0 {
            try await AgentClock.system.sleep(.milliseconds(Int64(interval * 1000)))
            let lines = try await picture()
            let text = lines.map { isScreen ? $0 + "\u{1B}[K\n" : $0 + "\n" }.joined()
            try StandardOutput.write(Array((isScreen ? "\u{1B}[H\(text)\u{1B}[J" : text).utf8))
            left -= 1
        }
    }
}

/// Counts events by an attribute. A value.
struct EventTally: Sendable {
    /// More different ones than that are counted together.
    private static let maximum = 10_000
    private static let rest = "(others)"

    private var window: [String: Int] = [:]
    private var totals: [String: Int] = [:]

    init() {}

    /// What was counted between two looks at counts that only grow.
    init(from old: [String: Int], to new: [String: Int]) {
        totals = new
        window = Dictionary(uniqueKeysWithValues: new.map { ($0.key, max(0, $0.value - (old[$0.key] ?? 0))) })
    }

    /// Counts one.
    mutating func add(_ event: Event, by attribute: TopCommand.Attribute) {
        var key =
            switch attribute {
            case .type: event.type.rawValue
            case .guest: event.guest.map { $0.name ?? $0.id } ?? "-"
            case .source: event.source
            case .collector: "-"
            }
        if totals[key] == nil, totals.count >= Self.maximum { key = Self.rest }
        window[key, default: 0] += 1
        totals[key, default: 0] += 1
    }

    /// The picture of the window that ends now; a new one begins.
    mutating func take(rows: Int, seconds: Double, by attribute: TopCommand.Attribute) -> [String] {
        var table = TextTable([("EVENTS/S", .right), ("TOTAL", .right), (attribute.rawValue.uppercased(), .left)])
        let order = totals.keys.sorted {
            (window[$0] ?? 0, totals[$0] ?? 0, $1) > (window[$1] ?? 0, totals[$1] ?? 0, $0)
        }
        for key in order.prefix(rows) {
            let tenths = Int((Double(window[key] ?? 0) / seconds * 10).rounded())
            table.add(["\(tenths / 10).\(tenths % 10)", "\(totals[key] ?? 0)", key])
        }
        window = [:]
        return table.lines
    }
}
