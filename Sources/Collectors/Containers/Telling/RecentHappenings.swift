import EventModel

/// What the containers collector told lately and an engine tells too, and what it left to an engine: said at its next
/// start.
package struct RecentHappenings: Sendable, Hashable {
    /// So many, the newest; an engine that buffers its own remembers 256 events.
    static let maximum = 128
    /// An engine's collector commits within moments; one whose engine was away catches up on this much.
    static let age: Duration = .seconds(600)

    private struct Report: Sendable, Hashable {
        var happening: HostHappening
        var isTold: Bool
        /// Counts them, in the order they came.
        var number: Int
    }

    private var reports: [Report] = []
    /// For a checkpoint: each by its number.
    private var text = CheckpointText<Int>()
    private var next = 0

    /// What was told; the newest last.
    package var told: [HostHappening] { reports.filter(\.isTold).map(\.happening) }
    /// What an engine had told before.
    package var joined: [HostHappening] { reports.filter { !$0.isTold }.map(\.happening) }

    init() {}

    package static func == (left: Self, right: Self) -> Bool {
        left.told == right.told && left.joined == right.joined
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(told)
    }

    /// Reads what `bytes` wrote; nil for anything else.
    init?(_ value: JSONValue) {
        let list = value.array?.filter { $0 != .null }
        guard let list, list.count <= Self.maximum else { return nil }
        var read: [(number: Int64, happening: HostHappening, isTold: Bool)] = []
        for item in list {
            guard let isTold = item["told"]?.bool, let happening = item["of"].flatMap({ HostHappening($0) }),
                let number = item["number"]?.integer
            else { return nil }
            read.append((number, happening, isTold))
        }
        for item in read.sorted(by: { $0.number < $1.number }) { note(item.happening, isTold: item.isTold) }
    }

    /// For a checkpoint.
    var bytes: [UInt8] { text.list }

    /// It was told by this side, or by an engine's.
    mutating func note(_ happening: HostHappening, isTold: Bool) {
        reports.append(Report(happening: happening, isTold: isTold, number: next))
        next += 1
        write(reports[reports.count - 1])
        var old = max(0, reports.count - Self.maximum)
        while old < reports.count, happening.time.since(reports[old].happening.time) > Self.age { old += 1 }
        for report in reports.prefix(old) { text.remove(report.number) }
        reports.removeFirst(old)
        guard text.isSparse else { return }
        text = CheckpointText()
        for report in reports { write(report) }
    }

    private mutating func write(_ report: Report) {
        let value: JSONValue = [
            "number": .number("\(report.number)"), "of": report.happening.value, "told": .bool(report.isTold),
        ]
        text.put(Array(JSONText(value).bytes), for: report.number)
    }
}
