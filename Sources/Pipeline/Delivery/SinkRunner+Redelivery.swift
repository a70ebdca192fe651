public import AgentCore
import EventModel
import Platform

/// Dead letters on their way, and those who wait to hear of them.
struct RedeliveryDesk {
    var lastID: UInt64 = 0
    var waiting: [UInt64: CheckedContinuation<RedeliveryResult, Never>] = [:]
    /// The sink has ended: nobody would take a redelivery.
    var isClosed = false
}

extension SinkRunner {
    /// Has dead letters delivered again between two batches, one attempt; returns what became of them.
    func redeliver(_ letters: [KeptDeadLetter], areEntries: Bool = false) async -> RedeliveryResult {
        let (desk, progress, bell) = (redeliveries, progress, bell)
        return await withCheckedContinuation { continuation in
            let isClosed = desk.withLock { desk in
                if desk.isClosed { return true }
                desk.lastID += 1
                desk.waiting[desk.lastID] = continuation
                var redelivery = Redelivery(id: desk.lastID, letters: letters)
                redelivery.areEntries = areEntries
                progress.withLock { $0.redeliver(redelivery) }
                return false
            }
            if isClosed { continuation.resume(returning: .failed("the sink has ended")) }
            bell.advance()
        }
    }

    /// The worker's part of it.
    func redeliver(_ redelivery: Redelivery) async {
        var result = await RedeliveryResult.delivering(redelivery.letters, through: named.sink)
        do throws(JournalError) {
            if !result.delivered.isEmpty, !redelivery.areEntries {
                try await context.journal.removeDeadLetters(result.delivered)
            }
        } catch {
            result.failure = "delivered, but still kept as dead letters: \(error)"
        }
        let answer = result
        redeliveries.withLock { $0.waiting.removeValue(forKey: redelivery.id) }?.resume(returning: answer)
    }

    /// The sink ends: those who still wait hear of it.
    func endRedeliveries() {
        let waiting = redeliveries.withLock { desk in
            defer { (desk.waiting, desk.isClosed) = ([:], true) }
            return Array(desk.waiting.values)
        }
        for continuation in waiting { continuation.resume(returning: .failed("the sink has ended")) }
    }
}

extension RedeliveryResult {
    static func failed(_ reason: String) -> RedeliveryResult {
        var result = RedeliveryResult()
        result.failure = reason
        return result
    }

    /// One attempt at the letters, in their order; in halves where they are too many for the destination.
    public static func delivering(_ letters: [KeptDeadLetter], through sink: any Sink) async -> RedeliveryResult {
        var result = RedeliveryResult()
        var parts: [[KeptDeadLetter]] = letters.isEmpty ? [] : [letters.filter { $0.entry != nil }]
        for letter in letters where letter.entry == nil {
            result.refused[letter.number] = "its event was let go before it was refused: nothing is left to deliver"
        }
        while let part = parts.popLast() {
            if part.isEmpty { continue }
            do throws(DeliveryError) {
                try await sink.deliver(part.compactMap(\.entry))
                result.delivered += part.map(\.number)
            } catch {
                switch error {
                case .tooLarge where part.count > 1, .refused where part.count > 1:
                    parts += [Array(part[(part.count / 2)...]), Array(part[..<(part.count / 2)])]
                case .tooLarge(let reason), .refused(let reason), .permanent(let reason):
                    for letter in part { result.refused[letter.number] = reason }
                case .partial(let rejected):
                    for letter in part {
                        result.refused[letter.number] = rejected[letter.letter.sequence]
                        if rejected[letter.letter.sequence] == nil { result.delivered.append(letter.number) }
                    }
                case .retryable(let reason, _), .held(let reason, _):
                    result.failure = reason
                    return result
                }
            }
        }
        return result
    }
}

extension KeptDeadLetter {
    /// The entry it was; nil where its body is not kept, or cannot be read.
    public var entry: Entry? {
        guard let body, let event = try? EventDecoder.decode(body).event else { return nil }
        return Entry(sequence: letter.sequence, type: event.type, severity: event.severity, body: body[...])
    }
}
