import EventModel

/// The names of the files that belong to one archive. Pure.
///
///     events.jsonl                                            the current file
///     events-20261121T061800Z-k3j2h1g0f9d8-4711.jsonl         closed at that time; its last line is entry 4711 of that
///     journal events-20261121T061800Z-k3j2h1g0f9d8-4711.jsonl.gz      the same, compressed
///     .events-20261121T061800Z-k3j2h1g0f9d8-4711.jsonl.part   its compression, not finished
///     .events.jsonl.lock                                      held by the agent that writes here
struct ArchiveNames: Sendable, Hashable {
    /// The name of the current file.
    let current: String
    private let stem: Substring
    /// With its dot; empty when the name has none.
    private let suffix: Substring

    init(current: String) {
        self.current = current
        let dot = current.dropFirst().lastIndex(of: ".") ?? current.endIndex
        (stem, suffix) = (current[..<dot], current[dot...])
    }

    var lock: String { ".\(current).lock" }

    /// The name for the current file when it is closed now.
    ///
    /// Names order as the files were written, even when the clock was set back or the journal began anew within a
    /// second.
    func closing(_ last: ArchivePlace, at now: Timestamp, after newest: ClosedFile?) -> ClosedFile {
        var time = Timestamp(nanoseconds: now.nanoseconds - now.nanoseconds % 1_000_000_000)
        if let newest {
            let next = newest.last.journal == last.journal ? newest.time : newest.time.advanced(by: .seconds(1))
            time = max(time, next)
        }
        return ClosedFile(time: time, last: last, isCompressed: false)
    }

    func name(of file: ClosedFile) -> String {
        let digits = file.time.rfc3339.filter { $0 != "-" && $0 != ":" }
        return "\(stem)-\(digits)-\(file.last.journal)-\(file.last.sequence)\(suffix)\(file.isCompressed ? ".gz" : "")"
    }

    func partName(of file: ClosedFile) -> String {
        var plain = file
        plain.isCompressed = false
        return ".\(name(of: plain)).part"
    }

    /// The closed file of a name; nil for every other name.
    func closedFile(_ name: String) -> ClosedFile? {
        let isCompressed = name.hasSuffix("\(suffix).gz")
        let plain = isCompressed ? name.dropLast(3) : name[...]
        guard plain.hasPrefix("\(stem)-"), plain.hasSuffix(suffix), plain.count > stem.count + 1 + suffix.count else {
            return nil
        }
        let middle = plain.dropFirst(stem.count + 1).dropLast(suffix.count)
        guard let timeEnd = middle.firstIndex(of: "-"), let journalEnd = middle.lastIndex(of: "-"),
            timeEnd < journalEnd,
            let time = Self.time(middle[..<timeEnd]), let sequence = UInt64(middle[middle.index(after: journalEnd)...])
        else { return nil }
        let journal = String(middle[middle.index(after: timeEnd)..<journalEnd])
        let file = ClosedFile(
            time: time, last: ArchivePlace(journal: journal, sequence: sequence), isCompressed: isCompressed)
        return self.name(of: file) == name ? file : nil
    }

    /// The closed file whose unfinished compression this name is.
    func partOf(_ name: String) -> ClosedFile? {
        guard name.hasPrefix("."), name.hasSuffix(".part") else { return nil }
        return closedFile(String(name.dropFirst().dropLast(5)))
    }

    private static func time(_ digits: Substring) -> Timestamp? {
        guard digits.utf8.count == 16 else { return nil }
        let parts = Array(digits)
        let date = "\(String(parts[0..<4]))-\(String(parts[4..<6]))-\(String(parts[6..<8]))"
        return Timestamp(
            rfc3339: "\(date)\(String(parts[8..<11])):\(String(parts[11..<13])):\(String(parts[13..<16]))")
    }
}

/// A file of an archive that is written no more.
struct ClosedFile: Sendable, Hashable, Comparable {
    /// When it was closed, to the second.
    var time: Timestamp
    /// Its last line.
    var last: ArchivePlace
    var isCompressed: Bool

    /// The same file before its compression.
    var plain: ClosedFile { ClosedFile(time: time, last: last, isCompressed: false) }

    static func < (left: Self, right: Self) -> Bool {
        (left.time, left.last.sequence, left.isCompressed ? 1 : 0)
            < (right.time, right.last.sequence, right.isCompressed ? 1 : 0)
    }
}
