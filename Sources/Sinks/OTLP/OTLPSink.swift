package import AgentCore
import EventModel
import HTTPClient
import Platform

/// Sends events as log records by OTLP/HTTP: to an OpenTelemetry Collector, or to what speaks as it does.
///
/// The protocol knows no repeats: an entry that comes again after a crash or a lost answer is a second record with the
/// same `cloudevents.event_id` and `cloudevents.event_source`. By the specification 429, 502, 503 and 504 are tried
/// again, with the destination's own delay, and no other error: what is refused comes again in halves, until only the
/// records refused by themselves are dead letters.
///
/// A partial success must not be sent again and does not say which records were rejected. So that none is lost
/// silently, all records of that request become dead letters, with the number and the destination's words for reason;
/// and to keep the innocent among them few, `PartialCaution` makes the next requests small.
package final class OTLPSink: Sink {
    package typealias Configuration = OTLPConfiguration
    package static let kind = "otlp"
    /// Records carry their own time: a destination orders by that.
    package static let traits = SinkTraits(workers: 16)

    /// 429 and three of the 5xx are all that may be tried again.
    private static let statuses = HTTPStatusTable(
        [408: .refused, 421: .refused, 425: .refused, 502: .retryable, 503: .retryable, 504: .retryable],
        serverErrors: .refused)
    /// Of what a destination says, in a reason.
    private static let reasonLimit = 300

    private let configuration: OTLPConfiguration
    private let destination: HTTPDestination
    private let resource: [NamedText]
    private let clock: AgentClock
    private let caution = Locked(PartialCaution())
    private let prepared = PreparedBatch<HTTPMessage>()

    package init(_ configuration: OTLPConfiguration, in context: SinkContext) throws {
        self.configuration = configuration
        destination = try HTTPDestination(configuration.destination, in: context, statuses: Self.statuses)
        let own = [
            NamedText("service.name", "guestwatch"), NamedText("service.instance.id", context.journal),
            NamedText("host.name", context.host.name),
        ]
        resource =
            own.filter { pair in !configuration.resource.contains { $0.name == pair.name } }
            + configuration.resource
        clock = context.clock
    }

    package func deliver(_ entries: [Entry]) async throws(DeliveryError) {
        guard caution.withLock({ $0.allows(entries.count) }) else {
            throw .tooLarge(reason: "after a partial success, smaller requests tell which records are rejected")
        }
        let message = prepared.take(entries) ?? message(of: entries)
        let credentials = try destination.credentials()
        let answer = try await destination.deliver(message, with: credentials)
        let outcome = PartialSuccess(answer)
        guard let outcome, outcome.rejected > 0 else { return caution.withLock { $0.answeredWhole() } }
        caution.withLock { $0.answeredPartly() }
        let words = credentials.blanking(String(outcome.message.prefix(Self.reasonLimit)))
        let reason =
            entries.count == 1
            ? "the destination rejected it: \(words)"
            : "the destination rejected \(min(outcome.rejected, UInt64(entries.count))) of \(entries.count) records "
                + "and does not say which; this is one of the \(entries.count): \(words)"
        throw .partial(rejected: Dictionary(entries.map { ($0.sequence, reason) }) { first, _ in first })
    }

    package func prepare(_ entries: [Entry]) async {
        let message = message(of: entries)
        prepared.keep((try? destination.packed(message)) ?? message, of: entries)
    }

    package func stop() async {
        await destination.close()
    }

    private func message(of entries: [Entry]) -> HTTPMessage {
        var encoder = OTLPEncoder(configuration.encoding, body: configuration.body, resource: resource)
        return HTTPMessage(
            path: configuration.path, headers: ["Content-Type": configuration.encoding.contentType],
            body: encoder.encode(entries, observed: clock.now()))
    }
}

extension OTLPConfiguration.Encoding {
    /// The media type of requests, and of answers.
    fileprivate var contentType: String {
        switch self {
        case .protobuf: "application/x-protobuf"
        case .json: "application/json"
        }
    }
}
