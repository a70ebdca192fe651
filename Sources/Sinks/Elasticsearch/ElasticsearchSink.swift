package import AgentCore
import EventModel
import HTTPClient
import Platform

/// Writes events to a data stream of Elasticsearch (or OpenSearch) by `_bulk`.
///
/// Once by `_id`, made of the event's source and id: an event that comes again is answered 409 and counts as
/// delivered. Elasticsearch looks for the `_id` in the backing index it writes to: a repeat is shown twice only if the
/// data stream rolled over between an event and its repeat.
///
/// Each event of an answer is looked at: one that is refused becomes a dead letter, what the cluster had no room for
/// (429, 5xx) is sent again, alone, and what a person must mend (401, 403, 404) holds the sink.
package final class ElasticsearchSink: Sink {
    package typealias Configuration = ElasticsearchConfiguration
    package static let kind = "elasticsearch"
    package static let traits = SinkTraits(workers: 16)

    /// Of an answer: what is said about all events that are well, and about each that is not.
    private static let (answerBytes, answerBytesPerEvent) = (64 << 10, 1 << 10)
    /// One event among many; 409: it is there already.
    private static let itemStatuses = HTTPStatusTable([409: .delivered])

    private let path: String
    private let query: String
    private let destination: HTTPDestination
    private let encoder: ElasticsearchEncoder
    private let known = Locked(BatchMemory())
    private let prepared = PreparedBatch<Request>()

    /// What is sent, and which of the entries are not in it.
    private struct Request: Sendable {
        var message: HTTPMessage
        var encoded: EncodedEntries
    }

    package init(_ configuration: ElasticsearchConfiguration, in context: SinkContext) throws {
        path = "/\(configuration.dataStream)/_bulk"
        let fields = "filter_path=items.*.status,items.*.error.type,items.*.error.reason,error,status"
        query = fields + (configuration.pipeline.map { "&pipeline=\($0)" } ?? "")
        destination = try HTTPDestination(configuration.destination, in: context, scheme: "ApiKey")
        encoder = ElasticsearchEncoder(journal: context.journal)
    }

    package func deliver(_ entries: [Entry]) async throws(DeliveryError) {
        let left = known.withLock { $0.remaining(of: entries) }
        let request = prepared.take(left) ?? request(of: left)
        let encoded = request.encoded
        for place in encoded.unwritten {
            known.withLock { $0.note(rejected: left[place].sequence, "cannot be written: no event") }
        }
        let wanted = encoded.written(of: left)
        if !wanted.isEmpty {
            let credentials = try destination.credentials()
            let answer = try await destination.deliver(request.message, with: credentials)
            guard answer.isWhole, let bulk = BulkAnswer(answer.body, count: wanted.count) else {
                let words = credentials.words(of: answer)
                throw .retryable(
                    reason: "\"\(path)\" answered \(wanted.count) events with something else: \"\(words)\"")
            }
            try note(bulk, about: wanted)
        }
        try known.withLock { known throws(DeliveryError) in try known.finish(entries) }
    }

    package func prepare(_ entries: [Entry]) async {
        var request = request(of: entries)
        if let packed = try? destination.packed(request.message) { request.message = packed }
        prepared.keep(request, of: entries)
    }

    package func stop() async {
        await destination.close()
    }

    private func request(of entries: [Entry]) -> Request {
        var encoded = encoder.encode(entries)
        var message = HTTPMessage(
            path: path, query: query, headers: ["Content-Type": "application/x-ndjson"],
            answerLimit: Self.answerBytes + Self.answerBytesPerEvent * entries.count)
        swap(&message.body, &encoded.body)
        return Request(message: message, encoded: encoded)
    }

    /// Remembers what became of each event. Throws when some must be sent again: held before retryable.
    private func note(_ bulk: BulkAnswer, about entries: [Entry]) throws(DeliveryError) {
        // The batch is done: nothing of it is ever asked for again.
        if bulk.areAllStored { return }
        var (waiting, held): (BulkAnswer.Item?, BulkAnswer.Item?) = (nil, nil)
        var left = 0
        known.withLock { known in
            for (entry, item) in zip(entries, bulk.items) {
                switch Self.itemStatuses.meaning(of: item.status) {
                case .delivered: known.note(delivered: entry.sequence)
                case .retryable: (waiting, left) = (waiting ?? item, left + 1)
                case .held: (held, left) = (held ?? item, left + 1)
                case .tooLarge, .refused, .permanent:
                    known.note(rejected: entry.sequence, "status \(item.status): \(item.reason)")
                }
            }
        }
        if let held { throw .held(reason: Self.reason(held, left, of: entries.count)) }
        if let waiting { throw .retryable(reason: Self.reason(waiting, left, of: entries.count)) }
    }

    private static func reason(_ item: BulkAnswer.Item, _ left: Int, of count: Int) -> String {
        "\(left) of \(count) events were not taken: status \(item.status): \(item.reason)"
    }
}
