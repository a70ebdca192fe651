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
        /// For a checkpoint; made once.
        var text: ArraySlice<UInt8>
    }

    private var reports: [Report] = []

    /// What was told; the newest last.
    package var told: [HostHappening] { reports.filter(\.isTold).map(\.happening) }
    /// What an engine had told before.
    package var joined: [HostHappening] { reports.filter { !$0.isTold }.map(\.happening) }

    init() {}

    /// Reads what `bytes` wrote; nil for anything else.
    init?(_ value: JSONValue) {
        guard let list = value.array, list.count <= Self.maximum else { return nil }
        for item in list {
            guard let isTold = item["told"]?.bool, let happening = item["of"].flatMap({ HostHappening($0) }) else {
                return nil
            }
            note(happening, isTold: isTold)
        }
    }

    /// For a checkpoint.
    var bytes: [UInt8] {
        Array("[".utf8) + reports.map(\.text).joined(separator: [UInt8(ascii: ",")]) + Array("]".utf8)
    }

    /// It was told by this side, or by an engine's.
    mutating func note(_ happening: HostHappening, isTold: Bool) {
        let text = JSONText(["of": happening.value, "told": .bool(isTold)]).bytes
        reports.append(Report(happening: happening, isTold: isTold, text: text))
        if reports.count > Self.maximum { reports.removeFirst(reports.count - Self.maximum) }
        while let first = reports.first, happening.time.since(first.happening.time) > Self.age {
            reports.removeFirst()
        }
    }
}
