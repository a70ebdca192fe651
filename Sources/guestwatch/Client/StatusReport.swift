import EventModel

/// What `guestwatch status` shows: the answer of the API, and rates where an earlier answer is known. Pure.
struct StatusReport {
    let lines: [String]

    init(_ status: JSONValue, since last: (status: JSONValue, elapsed: Duration)? = nil, now: Timestamp) {
        let (rates, ages) = (Rates(last), Ages(now: now))
        var lines = [Self.headline(status, ages)]
        lines += (status["reasons"]?.array ?? []).compactMap(\.string).map { "  not ready: \($0.harmless)" }
        for trouble in status["health"]?["troubles"]?.array ?? [] {
            let name = "\(trouble.text("role")) \(trouble.text("name"))"
            let failing = "failing for \(ages.text("since", in: trouble)), \(trouble.text("attempts")) attempts"
            lines.append("  \(name.harmless) (\(failing)): \(trouble.text("reason").harmless)")
        }
        if let journal = status["journal"], journal.members != nil { lines.append(Self.journal(journal, rates)) }
        lines += Self.collectors(status, rates, ages) + Self.sinks(status, rates)
        self.lines = lines.map(\.harmless)
    }

    private static func headline(_ status: JSONValue, _ ages: Ages) -> String {
        let ready = status["ready"]?.bool == true ? "ready" : "NOT READY"
        let health = status["health"]?.text("state") ?? "-"
        return "guestwatch \(status.text("version")), \(status.text("phase")), \(ready), health \(health), "
            + "up \(ages.text("startedAt", in: status))"
    }

    private static func journal(_ journal: JSONValue, _ rates: Rates) -> String {
        let rate = rates.text(of: "highest", in: journal, before: { $0["journal"] })
        let size = "\(journal.count("count")) entries (\(journal.text("lowest"))...\(journal.text("highest")))"
        return "journal \(journal.text("instance")): \(size), \(journal.count("bytes") >> 20) MiB\(rate), "
            + "\(journal.count("deadLetters")) dead letters, \(journal.count("dropped")) dropped"
            + (journal["tracking"]?.bool == false ? ", NOT TRACKING" : "")
    }

    private static func collectors(_ status: JSONValue, _ rates: Rates, _ ages: Ages) -> [String] {
        let collectors = status["collectors"]?.array ?? []
        guard !collectors.isEmpty else { return [] }
        var table = TextTable(
            [("COLLECTOR", .left), ("KIND", .left), ("STATE", .left), ("EVENTS", .right)] + rates.column
                + [("REPEATED", .right), ("LAST COMMIT", .left), ("ERROR", .left)])
        for collector in collectors {
            let commit = collector["lastCommit"]?.string == nil ? "-" : "\(ages.text("lastCommit", in: collector)) ago"
            table.add(
                ["name", "kind"].map { collector.text($0) } + [state(of: collector), collector.text("events")]
                    + rates.cell(of: "events", in: collector, among: "collectors")
                    + [collector.text("repeated"), commit, collector.text("lastError")])
        }
        return [""] + table.lines
    }

    private static func sinks(_ status: JSONValue, _ rates: Rates) -> [String] {
        let sinks = status["sinks"]?.array ?? []
        guard !sinks.isEmpty else { return [] }
        var table = TextTable(
            [("SINK", .left), ("KIND", .left), ("STATE", .left), ("WAITING", .right), ("LAG", .right)] + rates.column
                + [
                    ("DELIVERED", .right), ("FILTERED", .right), ("DEAD", .right), ("DROPPED", .right),
                    ("ERROR", .left),
                ])
        for sink in sinks {
            table.add(
                ["name", "kind"].map { sink.text($0) } + [state(of: sink), sink.text("waiting"), sink.text("lag")]
                    + rates.cell(of: "acknowledged", in: sink, among: "sinks")
                    + ["acknowledged", "filtered", "deadLettered", "dropped", "lastError"].map { sink.text($0) })
        }
        return [""] + table.lines
    }

    private static func state(of part: JSONValue) -> String {
        let isStuck = part["stuckSince"]?.string != nil
        let isWrong = part["conserved"]?.bool == false
        return part.text("state") + (isStuck ? " STUCK" : "") + (isWrong ? " MISCOUNTED" : "")
    }
}

/// How counts grew since an earlier answer.
private struct Rates {
    private let last: JSONValue?
    private let seconds: Double

    init(_ last: (status: JSONValue, elapsed: Duration)?) {
        self.last = last?.status
        seconds = last.map { $0.elapsed / .seconds(1) } ?? 0
    }

    /// The column of rates; none where there is nothing to compare with.
    var column: [(String, TextTable.Side)] { last == nil ? [] : [("RATE/S", .right)] }

    func cell(of name: String, in part: JSONValue, among list: String) -> [String] {
        guard let last else { return [] }
        let before = last[list]?.array?.first { $0["name"] == part["name"] }
        return [rate(part.count(name), before?.count(name)) ?? "-"]
    }

    func text(of name: String, in part: JSONValue, before: (JSONValue) -> JSONValue?) -> String {
        rate(part.count(name), last.flatMap(before)?.count(name)).map { ", \($0) entries/s" } ?? ""
    }

    private func rate(_ now: Int64, _ before: Int64?) -> String? {
        guard let before, seconds > 0 else { return nil }
        return String(Int64(Double(max(0, now - before)) / seconds))
    }
}

/// How long ago times of the agent are, in the two largest units: `3d 4h`, `12s`.
private struct Ages {
    let now: Timestamp

    func text(_ name: String, in part: JSONValue) -> String {
        guard let time = part[name]?.string.flatMap({ Timestamp(rfc3339: $0) }) else { return "-" }
        let seconds = max(0, now.since(time).components.seconds)
        let units: [(Int64, String)] = [(86_400, "d"), (3600, "h"), (60, "m"), (1, "s")]
        guard let first = units.firstIndex(where: { seconds >= $0.0 }) else { return "0s" }
        let rest = seconds % units[first].0
        let large = "\(seconds / units[first].0)\(units[first].1)"
        guard first + 1 < units.count, case let small = rest / units[first + 1].0, small > 0 else { return large }
        return "\(large) \(small)\(units[first + 1].1)"
    }
}
