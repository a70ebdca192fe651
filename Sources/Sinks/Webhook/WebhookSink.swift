package import AgentCore
import EventModel
import HTTPClient
import Platform

/// Posts events to a URL as CloudEvents, in binary, structured or batched mode.
///
/// An event is delivered when the destination answers 2xx. It may come again after a crash or a lost answer, under the
/// same `source` and `id` and the same `sequence`: a receiver that keeps what it has seen shows it once. In binary and
/// structured mode each event is a request: those answered before another failed are not sent again, unless the agent
/// was restarted meanwhile. An event that is refused (400 and the like) becomes a dead letter alone.
///
/// Order: with one worker, requests follow each other in sequence order; with more, as many are under way at once, and
/// the events of one guest still follow each other.
package final class WebhookSink: Sink {
    package typealias Configuration = WebhookConfiguration
    package static let kind = "webhook"
    package static let traits = SinkTraits(workers: 64)

    private let configuration: WebhookConfiguration
    private let destination: HTTPDestination
    private let context: SinkContext
    private let encoder: WebhookEncoder
    private let consent: WebhookConsent
    private let known = Locked(BatchMemory())
    private let prepared = PreparedBatch<HTTPMessage>()

    package init(_ configuration: WebhookConfiguration, in context: SinkContext) throws {
        (self.configuration, self.context) = (configuration, context)
        destination = try HTTPDestination(configuration.destination, in: context)
        encoder = WebhookEncoder(journal: context.journal)
        consent = WebhookConsent(configuration.validation, clock: context.clock)
    }

    package func deliver(_ entries: [Entry]) async throws(DeliveryError) {
        let credentials = try destination.credentials()
        let signature = try signature()
        if configuration.mode == .batched {
            let message = prepared.take(entries) ?? encoder.batched(entries)
            return try await send(message, of: entries, signature, credentials)
        }
        for entry in known.withLock({ $0.remaining(of: entries) }) {
            try await deliver(entry, signature, credentials)
        }
        try known.withLock { known throws(DeliveryError) in try known.finish(entries) }
    }

    package func prepare(_ entries: [Entry]) async {
        guard configuration.mode == .batched else { return }
        let message = encoder.batched(entries)
        // What is signed is the body as it was before.
        let packed = configuration.secret == nil ? try? destination.packed(message) : nil
        prepared.keep(packed ?? message, of: entries)
    }

    package func stop() async {
        await destination.close()
    }

    private func deliver(
        _ entry: Entry, _ signature: WebhookSignature?, _ credentials: HTTPCredentials
    ) async throws(DeliveryError) {
        guard let message = configuration.mode == .binary ? encoder.binary(entry) : encoder.structured(entry) else {
            return note(entry, rejected: "cannot be written as HTTP headers: too long, or no event; use \"structured\"")
        }
        do throws(DeliveryError) {
            try await send(message, of: [entry], signature, credentials)
            known.withLock { $0.note(delivered: entry.sequence) }
        } catch {
            switch error {
            case .refused(let reason), .tooLarge(let reason), .permanent(let reason): note(entry, rejected: reason)
            default: throw error
            }
        }
    }

    private func note(_ entry: Entry, rejected reason: String) {
        known.withLock { $0.note(rejected: entry.sequence, reason) }
    }

    private func send(
        _ message: HTTPMessage, of entries: [Entry], _ signature: WebhookSignature?, _ credentials: HTTPCredentials
    ) async throws(DeliveryError) {
        try await consent.wait(for: destination, with: credentials)
        var message = message
        if let signature {
            let id = WebhookSignature.id(of: entries, journal: context.journal)
            guard let fields = signature.headers(id: id, now: context.clock.now(), body: message.body)?.fields else {
                throw .retryable(reason: "no memory to sign a request")
            }
            message.headers.fields += fields
        }
        do throws(DeliveryError) {
            try await destination.deliver(message, with: credentials)
        } catch {
            if case .held = error { consent.forget() }
            throw error
        }
    }

    private func signature() throws(DeliveryError) -> WebhookSignature? {
        guard let reference = configuration.secret else { return nil }
        do throws(SecretError) {
            if let signature = WebhookSignature(secret: try context.secrets.read(reference)) { return signature }
        } catch {
            throw .held(reason: error.description)
        }
        throw .held(reason: "the secret of \"signature\" is empty, or not base 64 after \"whsec_\"")
    }
}
