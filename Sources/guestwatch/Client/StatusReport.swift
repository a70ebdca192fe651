import EventModel

/// What `guestwatch status` shows: the answer of the API, and rates where an earlier answer is known. Pure.
struct StatusReport {
    let lines: [String]

    init(_ status: JSONValue, since last: (status: JSONValue, elapsed: Duration)? = nil) {
        let rates = Rates(last)
        var lines = [Self.headline(status)]
        lines += (status["reasons"]?.array ?? []).compactMap(\.string).map { "  not ready: \($0.harmless)" }
        for trouble in status["health"]?["troubles"]?.array ?? [] {
            let name = "\(trouble.text("role")) \(trouble.text("name"))"
            lines.append("  \(name.harmless): \(trouble.text("reason").harmless) (since \(trouble.text("since")))")
        }
        if let journal = status["journal"], journal.members != nil { lines.append(Self.journal(journal, rates)) }
        lines += Self.collectors(status, rates) + Self.sinks(status, rates)
        self.lines = lines.map(\.harmless)
    }

    private static func headline(_ status: JSONValue) -> String {
        let ready = status["ready"]?.bool == true ? "ready" : "not ready"
        let health = status["health"]?.text("state") ?? "-"
        return "guestwatch \(status.text("version")), \(status.text("phase")), \(ready), health \(health), "
            + "since \(status.text("startedAt"))"
    }

    private static func journal(_ journal: JSONValue, _ rates: Rates) -> String {
        let rate = rates.text(of: "highest", in: journal, before: { $0["journal"] })
        let size = "\(journal.count("count")) entries (\(journal.text("lowest"))...\(journal.text("highest")))"
        return "journal \(journal.text("instance")): \(size), \(journal.count("bytes") >> 20) MiB\(rate), "
            + "\(journal.count("deadLetters")) dead letters, \(journal.count("dropped")) dropped"
            + (journal["tracking"]?.bool == false ? ", NOT TRACKING" : "")
    }

    private static func collectors(_ status: JSONValue, _ rates: Rates) -> [String] {
        let collectors = status["collectors"]?.array ?? []
        guard !collectors.isEmpty else { return [] }
        var table = TextTable([
            ("COLLECTOR", .left), ("KIND", .left), ("STATE", .left), ("EVENTS", .right), ("RATE/S", .right),
            ("REPEATED", .right), ("LAST COMMIT", .left), ("ERROR", .left),
        ])
        for collector in collectors {
            table.add([
                collector.text("name"), collector.text("kind"), state(of: collector), collector.text("events"),
                rates.number(of: "events", in: collector, among: "collectors"), collector.text("repeated"),
                collector.text("lastCommit"), collector.text("lastError"),
            ])
        }
        return [""] + table.lines
    }

    private static func sinks(_ status: JSONValue, _ rates: Rates) -> [String] {
        let sinks = status["sinks"]?.array ?? []
        guard !sinks.isEmpty else { return [] }
        var table = TextTable([
            ("SINK", .left), ("KIND", .left), ("STATE", .left), ("LAG", .right), ("RATE/S", .right),
            ("DELIVERED", .right), ("FILTERED", .right), ("DEAD", .right), ("DROPPED", .right), ("ERROR", .left),
        ])
        for sink in sinks {
            table.add([
                sink.text("name"), sink.text("kind"), state(of: sink), sink.text("lag"),
                rates.number(of: "acknowledged", in: sink, among: "sinks"), sink.text("acknowledged"),
                sink.text("filtered"), sink.text("deadLettered"), sink.text("dropped"), sink.text("lastError"),
            ])
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

    func number(of name: String, in part: JSONValue, among list: String) -> String {
        let before = last?[list]?.array?.first { $0["name"] == part["name"] }
        return rate(part.count(name), before?.count(name)) ?? "-"
    }

    func text(of name: String, in part: JSONValue, before: (JSONValue) -> JSONValue?) -> String {
        rate(part.count(name), last.flatMap(before)?.count(name)).map { ", \($0) entries/s" } ?? ""
    }

    private func rate(_ now: Int64, _ before: Int64?) -> String? {
        guard let before, seconds > 0 else { return nil }
        return String(Int64(Double(max(0, now - before)) / seconds))
    }
}
