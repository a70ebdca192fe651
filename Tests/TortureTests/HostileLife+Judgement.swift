import AgentCore
import AgentTestKit
import EventModel
import Journals
import Platform

extension HostileLife {
    /// The journal holds every event the user sees exactly once, in order, undamaged, and tells of no gap.
    func judge(_ journal: MemoryJournal, _ outcome: inout Outcome) async throws {
        let (keys, others) = try await Self.keys(in: journal) { key, data in
            let message = data["fullFormattedMessage"]?.string ?? ""
            return message.hasSuffix("of \"web\" & <others>") ? nil : "event \(key) says \"\(message)\""
        }
        outcome.problems += others
        let expected = vcenter.visibleKeys
        guard keys != expected else { return }
        let missing = Set(expected).subtracting(keys).sorted()
        let strange = Set(keys).subtracting(expected).sorted()
        let (twice, newest) = (keys.count - Set(keys).count, keys.max() ?? 0)
        (outcome.twice, outcome.lost) = (twice, missing.count { $0 < newest })
        let disorder = zip(keys, keys.dropFirst()).filter { $0 > $1 }.prefix(3)
        outcome.problems.append(
            "\(missing.count) missing \(missing.prefix(8)), \(strange.count) nobody made \(strange.prefix(5)), "
                + "\(twice) twice, disorder at \(disorder)")
    }

    /// The keys of the events in a journal, in its order, and what is there that is no sound event.
    static func keys(
        in journal: MemoryJournal, check: (Int32, JSONValue) -> String? = { _, _ in nil }
    ) async throws -> (keys: [Int32], others: [String]) {
        var (keys, others): ([Int32], [String]) = ([], [])
        let page = try await journal.read(after: 0, limit: ReadLimit(entries: .max, bytes: .max))
        for entry in page.entries {
            let event = try EventDecoder.decode(Array(entry.body)).event
            let data = try event.data.parsed()
            guard let key = data["key"]?.integer.flatMap({ Int32(exactly: $0) }) else {
                others.append("entry \(entry.sequence) is \(event.type.rawValue): \(data["message"] ?? .null)")
                continue
            }
            if let damage = data["guestwatch.damage"] { others.append("event \(key) is damaged: \(damage)") }
            if let problem = check(key, data) { others.append(problem) }
            keys.append(key)
        }
        return (keys, others)
    }

    /// No collector is left on the server, and no session the client was told of. Of one whose login was not answered
    /// nobody can know: it holds nothing, and the server ends it when its time is over.
    func judgeServer(_ outcome: inout Outcome) {
        let counters = vcenter.counters
        let left = told.withLock { vcenter.sessionKeys.intersection($0) }
        outcome.sessionsLeft = left.count
        if !left.isEmpty { outcome.problems.append("\(left.count) sessions are left that the client knew of") }
        if counters.collectors > 0 || counters.filters > 0 {
            outcome.problems.append("\(counters.collectors) collectors and \(counters.filters) filters are left")
        }
        if counters.failedLogins > 0 { outcome.problems.append("\(counters.failedLogins) logins failed") }
    }
}
