import AgentCore
import EventModel
import HTTPClient

/// Signs bodies as the Standard Webhooks specification has it: `webhook-id`, `webhook-timestamp` and
/// `webhook-signature: v1,` + base 64 of the HMAC-SHA256 over `ID.TIMESTAMP.BODY`.
///
/// The id is the same when the same entries come again, so a repeat is recognisable; a receiver that refuses
/// timestamps of more than a few minutes ago refuses a replay by a stranger.
struct WebhookSignature {
    /// Before a secret that is written in base 64.
    private static let prefix = "whsec_"

    private let key: [UInt8]

    /// The key is the secret's bytes, or what follows `whsec_` in base 64. Nil when that is empty or broken.
    init?(secret: String) {
        if secret.hasPrefix(Self.prefix) {
            guard let key = Base64.decode(String(secret.dropFirst(Self.prefix.count))) else { return nil }
            self.key = key
        } else {
            key = Array(secret.utf8)
        }
        if key.isEmpty { return nil }
    }

    /// The fields for a body sent `now`; nil when out of memory.
    func headers(id: String, now: Timestamp, body: [UInt8]) -> HTTPHeaders? {
        let seconds = String(now.nanoseconds / 1_000_000_000)
        guard let code = MessageDigest.hmacSHA256(key: key, Array("\(id).\(seconds).".utf8), body) else { return nil }
        return [
            "webhook-id": id, "webhook-timestamp": seconds, "webhook-signature": "v1,\(Base64.encode(code))",
        ]
    }

    /// Names a delivery: these entries of this journal.
    static func id(of entries: [Entry], journal: String) -> String {
        let (first, last) = (entries.first?.sequence ?? 0, entries.last?.sequence ?? 0)
        return first == last ? "\(journal)-\(first)" : "\(journal)-\(first)-\(last)-\(entries.count)"
    }
}
