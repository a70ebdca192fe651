import AgentCore
import EventModel
import HTTPClient
import Platform

/// Whether the destination has consented to deliveries, and how many a minute it allows.
///
/// Consent is what the answer's `WebHook-Allowed-Origin` says, never its status. It holds until the destination
/// refuses a delivery or the sink is made anew.
final class WebhookConsent: Sendable {
    /// How soon a destination that said nothing is asked again: a person may have to consent.
    private static let patience = Duration.seconds(60)
    /// A destination that allows less than one request in this time is held to it.
    private static let longestInterval = Duration.seconds(3600)

    private struct State {
        var isGiven = false
        /// Between the starts of two requests.
        var interval = Duration.zero
        /// When the next request may start.
        var next = Timestamp(nanoseconds: .min)
    }

    private let validation: WebhookValidation?
    private let clock: AgentClock
    private let state = Locked(State())

    init(_ validation: WebhookValidation?, clock: AgentClock) {
        (self.validation, self.clock) = (validation, clock)
    }

    /// Returns when a request may be sent: with consent, and at the allowed pace.
    func wait(for destination: HTTPDestination, with credentials: HTTPCredentials) async throws(DeliveryError) {
        guard let validation else { return }
        if !state.withLock({ $0.isGiven }) { try await ask(validation, destination, credentials) }
        let delay = state.withLock { state in
            let now = clock.now()
            let start = max(now, min(state.next, now.advanced(by: Self.longestInterval)))
            state.next = start.advanced(by: state.interval)
            return start.since(now)
        }
        guard delay > .zero else { return }
        do { try await clock.sleep(delay) } catch { throw .retryable(reason: "cancelled") }
    }

    /// The destination refused: it is asked anew before the next delivery.
    func forget() {
        state.withLock { $0.isGiven = false }
    }

    private func ask(
        _ validation: WebhookValidation, _ destination: HTTPDestination, _ credentials: HTTPCredentials
    ) async throws(DeliveryError) {
        var headers: HTTPHeaders = ["WebHook-Request-Origin": validation.origin]
        if let callback = validation.callback { headers["WebHook-Request-Callback"] = callback }
        if let rate = validation.rate { headers["WebHook-Request-Rate"] = String(rate) }
        let message = HTTPMessage("OPTIONS", headers: headers)
        let answer = try await destination.send(message, with: credentials)
        let allowed = answer.headers["WebHook-Allowed-Origin"]?.split(separator: " ").joined() ?? ""
        guard allowed == "*" || allowed.lowercased() == validation.origin.lowercased() else {
            if case .retryable? = destination.error(for: answer, to: message, with: credentials) {
                throw destination.error(.retryable, for: answer, to: message, with: credentials)
            }
            let said = allowed.isEmpty ? "nothing" : "\"\(allowed.prefix(HTTPDestination.reasonLimit))\""
            throw .held(
                reason: "\"\(destination.configuration.url)\" has not consented to deliveries from "
                    + "\"\(validation.origin)\": its WebHook-Allowed-Origin says \(said)", after: Self.patience)
        }
        let interval = Self.interval(answer.headers["WebHook-Allowed-Rate"])
        state.withLock { ($0.isGiven, $0.interval) = (true, interval) }
    }

    /// Between two requests, of a rate a minute; none for `*` and for what is no rate.
    static func interval(_ rate: String?) -> Duration {
        guard let rate = rate.flatMap({ Int64($0.filter { $0 != " " }) }), rate > 0 else { return .zero }
        return .nanoseconds(60_000_000_000 / rate)
    }
}
