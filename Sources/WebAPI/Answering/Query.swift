import EventModel

/// The parameters of a request's query. Each is read once; what nobody reads is refused, because a parameter that is
/// misspelt would otherwise be a filter that does not filter.
struct Query: Sendable {
    /// What JSON numbers hold everywhere.
    static let sequences: ClosedRange<Int64> = 1...9_007_199_254_740_991
    /// Bytes of a text.
    static let textLimit = 1024

    /// As they were given, in order.
    private(set) var given: [(name: String, value: String)] = []
    private var members: [(name: String, value: String)] = []

    /// Reads what stands behind the question mark.
    init(_ text: some StringProtocol) throws(Problem) {
        for part in text.split(separator: "&") {
            let name = PercentCoding.decode(part.prefix { $0 != "=" }, plusIsSpace: true)
            let value = PercentCoding.decode(part.drop { $0 != "=" }.dropFirst(), plusIsSpace: true)
            guard let name, let value else { throw .invalid("the query has a broken percent escape, or is no UTF-8") }
            if members.contains(where: { $0.name == name }) {
                throw .invalid("\(Self.shown(name)): given twice; give it once")
            }
            members.append((name, value))
            given = members
        }
    }

    /// Takes a text.
    mutating func text(_ name: String) throws(Problem) -> String? {
        guard let place = members.firstIndex(where: { $0.name == name }) else { return nil }
        let value = members.remove(at: place).value
        guard !value.isEmpty, value.utf8.count <= Self.textLimit else {
            throw .invalid("\(name): give 1 to \(Self.textLimit) bytes, or leave it out")
        }
        return value
    }

    /// Takes a whole number within a range.
    mutating func integer(_ name: String, in range: ClosedRange<Int64>) throws(Problem) -> Int64? {
        guard let text = try text(name) else { return nil }
        guard let number = Self.integer(text), range.contains(number) else {
            throw .invalid(
                "\(name): \"\(text)\" is not a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// Takes an RFC 3339 time.
    mutating func time(_ name: String) throws(Problem) -> Timestamp? {
        guard let text = try text(name) else { return nil }
        guard let time = Self.time(text) else {
            throw .invalid("\(name): \"\(text)\" is not an RFC 3339 time; write 2026-01-31T12:00:00Z")
        }
        return time
    }

    /// Takes one of some words.
    mutating func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ name: String, _ type: Choice.Type = Choice.self
    ) throws(Problem) -> Choice? {
        guard let text = try text(name) else { return nil }
        guard let choice = Choice(rawValue: text) else {
            let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw .invalid("\(name): \"\(text)\" is none of \(known)")
        }
        return choice
    }

    /// Refuses what nobody has read.
    func finish() throws(Problem) {
        guard let first = members.first else { return }
        throw .invalid("\(Self.shown(first.name)): there is no such parameter here; see /openapi.yaml")
    }

    /// Decimal digits only.
    static func integer(_ text: String) -> Int64? {
        text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int64(text) : nil
    }

    /// An RFC 3339 time. One that no event can have, because it is before or after all of them, is the first or the
    /// last there can be: nothing that is compared to it is different for that.
    static func time(_ text: String) -> Timestamp? {
        if let time = Timestamp(rfc3339: text) { return time }
        guard let year = Int(text.prefix(4)), year < 1678 || year > 2261,
            Timestamp(rfc3339: "2000" + text.dropFirst(4)) != nil
        else { return nil }
        return Timestamp(nanoseconds: year < 1678 ? .min : .max)
    }

    private static func shown(_ name: String) -> String { "\"\(name.prefix(64))\"" }
}
