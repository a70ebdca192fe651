import AgentCore
import HTTPClient

extension HTTPDestination {
    /// What a transport's error means: what passes by itself is retryable, what a person must mend is held.
    static func sorted(_ error: HTTPError, doing what: String) -> DeliveryError {
        let reason = "\(what): \(error)"
        return switch error {
        case .untrusted, .invalid: .held(reason: reason)
        // The server ended the handshake and told why: our certificate, our protocol version.
        case .unreachable(let text) where text.contains("SSL routines") && text.contains(" alert "):
            .held(reason: reason)
        case .unreachable, .timedOut, .bodyTooLarge, .refusedByReceiver, .cancelled, .notRecorded:
            .retryable(reason: reason)
        }
    }
}
