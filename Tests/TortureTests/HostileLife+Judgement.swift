import AgentCore
import AgentTestKit
import EventModel
import Journals

extension HostileLife {
    /// The journal holds every event the user sees exactly once, in order, undamaged, and tells of no gap.
    func judge(_ journal: MemoryJournal, _ outcome: inout Outcome) async throws {
        var keys: [Int32] = []
        let page = try await journal.read(after: 0, limit: ReadLimit(entries: .max, bytes: .max))
        for entry in page.entries {
            let event = try EventDecoder.decode(Array(entry.body)).event
            let data = try event.data.parsed()
            guard let key = data["key"]?.integer.flatMap({ Int32(exactly: $0) }) else {
                outcome.problems.append(
                    "entry \(entry.sequence) is \(event.type.rawValue): \(data["message"] ?? .null)")
                continue
            }
            if let damage = data["guestwatch.damage"] { outcome.problems.append("event \(key) is damaged: \(damage)") }
            let message = data["fullFormattedMessage"]?.string ?? ""
            if !message.hasSuffix("of \"web\" & <others>") {
                outcome.problems.append("event \(key) says \"\(message)\"")
            }
            keys.append(key)
        }
        let expected = vcenter.visibleKeys
        guard keys != expected else { return }
        let missing = Set(expected).subtracting(keys).sorted()
        let strange = Set(keys).subtracting(expected).sorted()
        let twice = keys.count - Set(keys).count
        let disorder = zip(keys, keys.dropFirst()).filter { $0 > $1 }.prefix(3)
        outcome.problems.append(
            "\(missing.count) missing \(missing.prefix(8)), \(strange.count) nobody made \(strange.prefix(5)), "
                + "\(twice) twice, disorder at \(disorder)")
    }

    /// No collector is left on the server, and no session but those whose login was never answered to the end: nobody
    /// can know of these, they hold nothing, and the server ends them when their time is over.
    func judgeServer(_ record: HostileProxy.Record, _ outcome: inout Outcome) {
        let counters = vcenter.counters
        let logins = counters.calls["Login"] ?? 0
        if counters.sessions >= max(1, logins) {
            outcome.problems.append("\(counters.sessions) sessions of \(logins) logins are left")
        }
        // Who was told by another call's answer that its session is gone does not know what it leaves.
        if record.lies == 0, counters.collectors > 0 || counters.filters > 0 {
            outcome.problems.append("\(counters.collectors) collectors and \(counters.filters) filters are left")
        }
        if counters.failedLogins > 0 { outcome.problems.append("\(counters.failedLogins) logins failed") }
    }
}
