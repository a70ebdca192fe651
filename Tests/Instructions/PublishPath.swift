import AgentCore
import EventModel
import Pipeline

/// What each event costs its publisher once it is committed, and the reader who takes them in small runs.
enum PublishPath {
    /// Events a reader takes at once.
    private static let run: UInt64 = 50

    static func run(rounds: Int) throws {
        let recent = RecentEntries()
        var encoded: [[EncodedEvent]] = []
        for number in 0..<Instructions.events {
            encoded.append([
                EncodedEvent(
                    source: "vsphere://measured", id: "\(number)", type: "vm.powered-on", severity: .info,
                    body: [UInt8](repeating: 0x20, count: 512)[...])
            ])
        }
        _ = recent.join()
        var (head, taken): (UInt64, UInt64) = (0, 0)
        for _ in 0..<rounds {
            for event in encoded {
                head += 1
                recent.end(recent.begin(), Commit(sequences: head...head, repeated: 0), of: event)
                guard head.isMultiple(of: run), case .entries(let entries) = recent.take(after: taken) else { continue }
                taken += UInt64(entries.count)
            }
        }
        try NoMeasure.unless(taken == head)
    }
}
