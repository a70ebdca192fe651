package import AgentCore
import EventModel
import HTTPClient

/// Pushes events to Loki, strictly in their order.
///
/// An entry always makes the same labels, time and line, of which Loki keeps one: a repeat after a crash or a lost
/// answer is not seen twice, as long as labels are not configured anew in between.
///
/// Loki takes what it can of a push and answers 400 when it refused any of it: the push comes again in halves, of which
/// Loki drops what it has, until only the entries refused by themselves are dead letters. Such are events that happened
/// an hour (half of Loki's `max_chunk_age`) before the newest of their stream, or a week (`reject_old_samples_max_age`)
/// before now: Loki never takes them. That is why one event is never sent before an older one.
package actor LokiSink: Sink {
    package typealias Configuration = LokiConfiguration
    package static let kind = "loki"

    private let destination: HTTPDestination
    private let tenant: String?
    private var encoder: LokiEncoder
    private var limited = RateLimiting()
    private let prepared = PreparedBatch<Request>()

    /// What is sent, and why some entries are not in it.
    private struct Request: Sendable {
        var message: HTTPMessage
        var rejected: [UInt64: String]
    }

    package init(_ configuration: LokiConfiguration, in context: SinkContext) throws {
        destination = try HTTPDestination(configuration.destination, in: context, statuses: LokiStatuses.table)
        tenant = configuration.tenant
        encoder = LokiEncoder(configuration, journal: context.journal)
    }

    package func deliver(_ entries: [Entry]) async throws(DeliveryError) {
        let request = prepared.take(entries) ?? request(of: entries)
        if !request.message.body.isEmpty { try await send(request.message, entries) }
        if !request.rejected.isEmpty { throw .partial(rejected: request.rejected) }
    }

    package func prepare(_ entries: [Entry]) {
        var request = request(of: entries)
        if let packed = try? destination.packed(request.message) { request.message = packed }
        prepared.keep(request, of: entries)
    }

    package func stop() async {
        await destination.close()
    }

    private func request(of entries: [Entry]) -> Request {
        let push = encoder.encode(entries)
        var message = HTTPMessage(
            path: LokiConfiguration.path, headers: ["Content-Type": "application/json"], body: push.body)
        if let tenant { message.headers["X-Scope-OrgID"] = tenant }
        return Request(message: message, rejected: push.rejected)
    }

    private func send(_ message: HTTPMessage, _ entries: [Entry]) async throws(DeliveryError) {
        let credentials = try destination.credentials()
        let answer = try await destination.send(message, with: credentials)
        let error = destination.error(for: answer, to: message, with: credentials)
        if answer.status == 429, case .retryable(let reason, _) = error, limited.isHopeless(entries) {
            throw .tooLarge(reason: reason)
        }
        if let error { throw error }
    }
}

/// Tells a push that Loki will never take at its size - more than a tenant's burst - from one that came too early: both
/// are answered 429.
struct RateLimiting {
    /// After so many answers in a row for the same entries they are sent in halves, which does no harm when they were
    /// only too early.
    static let patience = 3

    private var first: UInt64?
    private var last: UInt64?
    private var answers = 0

    /// Notes that these entries were answered 429. Whether that was once too often.
    mutating func isHopeless(_ entries: [Entry]) -> Bool {
        guard entries.count > 1 else { return false }
        let isSame = first == entries.first?.sequence && last == entries.last?.sequence
        (first, last) = (entries.first?.sequence, entries.last?.sequence)
        answers = isSame ? answers + 1 : 1
        guard answers >= Self.patience else { return false }
        (first, answers) = (nil, 0)
        return true
    }
}
