import EventModel

/// What Splunk's HTTP Event Collector says: a code beneath the status, and the number of an event or of an
/// acknowledgement.
struct SplunkAnswer: Equatable {
    /// What a code means, where the status alone does not say it.
    private static let meanings: [Int: HTTPStatusTable.Meaning] = [
        // A token that is disabled, missing, malformed or unknown; an index or channel that is not right; a setting of
        // the token: each waits for a person.
        1: .held, 2: .held, 3: .held, 4: .held, 7: .held, 10: .held, 11: .held, 14: .held, 16: .held,
        // No data, a format that is not understood, an event that is missing or blank, fields that cannot be indexed.
        5: .refused, 6: .refused, 12: .refused, 13: .refused, 15: .refused,
        // Queues that are full, an index that is down.
        8: .retryable, 9: .retryable, 18: .retryable, 19: .retryable, 20: .retryable,
    ]

    /// What answers mean, the code before the status.
    static let statuses = HTTPStatusTable(reading: { answer in
        guard !(200..<300).contains(answer.status) else { return nil }
        return SplunkAnswer(answer.body)?.code.flatMap { meanings[$0] }
    })

    var code: Int?
    /// The place in the request, from 0, of the event the code is about.
    var invalidEvent: Int?
    /// What to ask for later.
    var acknowledgement: Int64?
    /// Acknowledgements asked for, and whether each came.
    var acknowledged: [Int64: Bool] = [:]

    /// Nil for what is no object.
    init?(_ body: [UInt8]) {
        guard let root = try? JSONDocument(body).root.value, root.members != nil else { return nil }
        code = root["code"]?.integer.flatMap { Int(exactly: $0) }
        invalidEvent = root["invalid-event-number"]?.integer.flatMap { Int(exactly: $0) }
        acknowledgement = root["ackId"]?.integer
        for member in root["acks"]?.members ?? [] {
            if let number = Int64(member.name), let isThere = member.value.bool { acknowledged[number] = isThere }
        }
    }
}
