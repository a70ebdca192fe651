package import AgentCore
import EventModel
import HTTPClient
import Platform

/// Posts events to Splunk's HTTP Event Collector and waits until they are indexed.
///
/// With acknowledgement (the default), a delivery returns when Splunk says that the events are indexed; when it does
/// not within the timeout, they are sent again. Splunk has no key to tell repeats by: after a crash or a lost answer an
/// event may be there twice, with the same `source`, `id` and `sequence`.
///
/// An event Splunk names as invalid becomes a dead letter, and the others of its batch are sent again without it.
/// After a failure its health is asked for before events are sent again.
package final class SplunkSink: Sink {
    package typealias Configuration = SplunkConfiguration
    package static let kind = "splunk"
    package static let traits = SinkTraits(workers: 16)

    /// The first question comes this soon after the events; each one after it takes twice the time.
    private static let firstInterval = Duration.milliseconds(100)

    private let configuration: SplunkConfiguration
    private let destination: HTTPDestination
    private let encoder: SplunkEncoder
    private let channel: String
    private let clock: AgentClock
    private let known = Locked(BatchMemory())
    private let prepared = PreparedBatch<Request>()

    /// What is sent, and which of the entries are not in it.
    private struct Request: Sendable {
        var message: HTTPMessage
        var encoded: EncodedEntries
    }
    private let wasRefused = Locked(false)

    package init(_ configuration: SplunkConfiguration, in context: SinkContext) throws {
        self.configuration = configuration
        destination = try HTTPDestination(
            configuration.destination, in: context, statuses: SplunkAnswer.statuses, scheme: "Splunk")
        encoder = SplunkEncoder(journal: context.journal, host: context.host.name, configuration)
        channel = Self.channel(of: context)
        clock = context.clock
    }

    package func deliver(_ entries: [Entry]) async throws(DeliveryError) {
        let credentials = try destination.credentials()
        do throws(DeliveryError) {
            if wasRefused.withLock(\.self) { try await askHealth(credentials) }
            while try await send(known.withLock { $0.remaining(of: entries) }, credentials) {}
        } catch {
            wasRefused.withLock { $0 = true }
            throw error
        }
        wasRefused.withLock { $0 = false }
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
        var message = message(path: "/services/collector/event", [])
        swap(&message.body, &encoded.body)
        return Request(message: message, encoded: encoded)
    }

    /// Sends what is left of a batch. True when one of them was invalid, and the others are to be sent again.
    private func send(_ entries: [Entry], _ credentials: HTTPCredentials) async throws(DeliveryError) -> Bool {
        let request = prepared.take(entries) ?? request(of: entries)
        for place in request.encoded.unwritten { reject(entries[place], "no event") }
        let wanted = request.encoded.written(of: entries)
        if wanted.isEmpty { return false }
        let message = request.message
        let answer = try await destination.send(message, with: credentials)
        let said = SplunkAnswer(answer.body)
        if let error = destination.error(for: answer, to: message, with: credentials) {
            guard case .refused(let reason) = error, let place = said?.invalidEvent, wanted.indices.contains(place)
            else { throw error }
            reject(wanted[place], reason)
            return true
        }
        if configuration.acknowledgement.isWanted { try await waitForAcknowledgement(said, credentials) }
        return false
    }

    private func reject(_ entry: Entry, _ reason: String) {
        known.withLock { $0.note(rejected: entry.sequence, reason) }
    }

    private func waitForAcknowledgement(
        _ said: SplunkAnswer?, _ credentials: HTTPCredentials
    ) async throws(DeliveryError) {
        guard let number = said?.acknowledgement else {
            throw .held(
                reason: "Splunk gave no acknowledgement id: enable indexer acknowledgement for the token, or set "
                    + "\"acknowledgement\": { \"enabled\": false }")
        }
        let asked = message(path: "/services/collector/ack", Array(#"{"acks":[\#(number)]}"#.utf8))
        let end = clock.now().advanced(by: configuration.acknowledgement.timeout)
        var interval = min(Self.firstInterval, configuration.acknowledgement.interval)
        while true {
            let answer = try await destination.deliver(asked, with: credentials)
            if SplunkAnswer(answer.body)?.acknowledged[number] == true { return }
            guard clock.now() < end else {
                throw .retryable(
                    reason: "Splunk did not index events within \(configuration.acknowledgement.timeout)")
            }
            do { try await clock.sleep(interval) } catch { throw .retryable(reason: "cancelled") }
            interval = min(interval * 2, configuration.acknowledgement.interval)
        }
    }

    /// Throws while the collector says that its queues are full; a server without this question is well.
    private func askHealth(_ credentials: HTTPCredentials) async throws(DeliveryError) {
        let message = HTTPMessage(
            "GET", path: "/services/collector/health", headers: ["X-Splunk-Request-Channel": channel])
        let answer = try await destination.send(message, with: credentials)
        guard answer.status == 503 else { return }
        throw destination.error(.retryable, for: answer, to: message, with: credentials)
    }

    private func message(path: String, _ body: [UInt8]) -> HTTPMessage {
        HTTPMessage(
            path: path, query: "channel=\(channel)",
            headers: ["Content-Type": "application/json", "X-Splunk-Request-Channel": channel], body: body)
    }

    /// A GUID that is the same for this sink of this journal after every start.
    static func channel(of context: SinkContext) -> String {
        let digest = MessageDigest.sha256(Array("\(context.journal) \(context.name)".utf8)) ?? []
        var bytes = Array((digest + [UInt8](repeating: 0, count: 16)).prefix(16))
        // A version 8 UUID of RFC 9562: made by a rule of our own.
        bytes[6] = bytes[6] & 0x0F | 0x80
        bytes[8] = bytes[8] & 0x3F | 0x80
        let digits = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
        return [0..<4, 4..<6, 6..<8, 8..<10, 10..<16].map { digits[$0].joined() }.joined(separator: "-")
    }
}
