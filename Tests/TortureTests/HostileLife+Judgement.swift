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

    /// Nothing of the collector is left on the server but sessions nobody could know of.
    func judgeServer(_ record: HostileProxy.Record, _ outcome: inout Outcome) {
        let counters = vcenter.counters
        if counters.sessions > record.lostLogins {
            outcome.problems.append("\(counters.sessions) sessions are left, \(record.lostLogins) of them unknown")
        }
        if counters.collectors > 0 || counters.filters > 0 {
            outcome.problems.append("\(counters.collectors) collectors and \(counters.filters) filters are left")
        }
        if counters.failedLogins > 0 { outcome.problems.append("\(counters.failedLogins) logins failed") }
    }
}
