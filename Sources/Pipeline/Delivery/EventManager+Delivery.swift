public import AgentCore
import EventModel
import Platform

extension EventManager {
    /// Holds a sink: what is under delivery is finished, nothing more is delivered. Its entries wait in the journal, as
    /// far as retention lets them; health does not turn. Held again or let go when it was not, nothing changes.
    public func suspend(sink: String) async throws(DeliveryCommandError) {
        try await command("suspend-sink", sink) { () async throws(DeliveryCommandError) in
            try runner(of: sink).suspend(true)
        }
    }

    /// Lets a sink go on where it was held.
    public func resume(sink: String) async throws(DeliveryCommandError) {
        try await command("resume-sink", sink) { () async throws(DeliveryCommandError) in
            try runner(of: sink).suspend(false)
        }
    }

    /// Dead letters of a sink, in the order they were kept, after the one of that number.
    public func deadLetters(
        of sink: String? = nil, after number: UInt64 = 0, limit: Int = 1000
    ) async throws(DeliveryCommandError) -> [KeptDeadLetter] {
        var found: [KeptDeadLetter] = []
        var last = number
        while found.count < limit {
            let page = try await journalCall { [last] journal throws(JournalError) in
                try await journal.deadLetters(after: last, limit: 1000)
            }
            guard let end = page.last else { break }
            last = end.number
            found += page.filter { sink == nil || $0.sink == sink }
        }
        return Array(found.prefix(limit))
    }

    /// Delivers dead letters of a sink again, one attempt, between its other deliveries; those taken are dead letters
    /// no more. `numbers`: these only; nil: all, `deadLetterLimit` at the most.
    public func redeliver(
        deadLetters numbers: Set<UInt64>? = nil, of sink: String
    ) async throws(DeliveryCommandError) -> RedeliveryResult {
        try await command("redeliver", sink) { () async throws(DeliveryCommandError) in
            try await redeliverNow(numbers, of: sink)
        }
    }

    private func redeliverNow(
        _ numbers: Set<UInt64>?, of sink: String
    ) async throws(DeliveryCommandError) -> RedeliveryResult {
        let runner = try redeliverer(of: sink)
        let all = try await deadLetters(of: sink, limit: Self.deadLetterLimit)
        let chosen = all.filter { numbers?.contains($0.number) ?? true }
        return chosen.isEmpty ? RedeliveryResult() : await runner.redeliver(chosen)
    }

    /// Forgets dead letters.
    public func removeDeadLetters(_ numbers: [UInt64]) async throws(DeliveryCommandError) {
        let options = [JSONValue.Member("count", .number("\(numbers.count)"))]
        try await context.announceCommand("remove-dead-letters", options) { () async throws(DeliveryCommandError) in
            try await journalCall { journal throws(JournalError) in try await journal.removeDeadLetters(numbers) }
        }
    }

    /// What one redelivery takes at the most: so many are in memory for it.
    public static let deadLetterLimit = 10_000

    func command<Result>(
        _ name: String, _ sink: String, _ options: [JSONValue.Member] = [],
        _ body: () async throws(DeliveryCommandError) -> Result
    ) async throws(DeliveryCommandError) -> Result {
        try await context.announceCommand(name, [.init("sink", .string(sink))] + options, body)
    }

    func runner(of sink: String) throws(DeliveryCommandError) -> SinkRunner {
        guard let runner = sinkRunners.first(where: { $0.named.name == sink }) else {
            throw .unknownSink(sink, known: sinkRunners.map(\.named.name))
        }
        return runner
    }

    func journalCall<Value: Sendable>(
        _ body: @Sendable (any Journal) async throws(JournalError) -> Value
    ) async throws(DeliveryCommandError) -> Value {
        do throws(JournalError) {
            return try await body(context.journal)
        } catch {
            throw .journal(error)
        }
    }
}

/// Why a command about deliveries was not carried out.
public enum DeliveryCommandError: Error, Sendable, Equatable, CustomStringConvertible {
    case unknownSink(String, known: [String])
    case suspended(String)
    case keepsOrder(String, kind: String)
    /// The journal holds the sequence no more.
    case letGo(UInt64, lowest: UInt64)
    /// It could not be made anew; the old one goes on.
    case notMade(String, reason: String)
    case journal(JournalError)
    case nameTaken(String)
    /// Another command about it is under way.
    case busy(String)
    /// The event manager does not run.
    case stopping

    public var description: String {
        switch self {
        case .unknownSink(let name, let known):
            "there is no sink \"\(name)\"; there are: \(known.map { "\"\($0)\"" }.joined(separator: ", "))"
        case .suspended(let name):
            "the sink \"\(name)\" is suspended; resume it first"
        case .keepsOrder(let name, let kind):
            "the sink \"\(name)\" of kind \"\(kind)\" takes no older entries; list its dead letters and export them"
        case .letGo(let sequence, let lowest):
            "the journal holds sequence \(sequence) no more; the oldest it holds is \(lowest)"
        case .notMade(let name, let reason):
            "the sink \"\(name)\" could not be made anew and goes on as it was: \(reason)"
        case .journal(let error):
            "\(error)"
        case .nameTaken(let name):
            "there is a sink \"\(name)\" already; replace it, or choose another name"
        case .busy(let name):
            "the sink \"\(name)\" is being changed by another command; wait for it"
        case .stopping:
            "the agent does not run, or stops"
        }
    }
}
