package import AgentCore
import EventModel
package import HTTPClient

/// What etcd, or the way to it, answered instead of doing as asked.
package struct EtcdError: Error, Sendable, Equatable {
    /// What kind of failure it is.
    package enum Kind: Sendable, Equatable {
        /// No whole answer came.
        case transport(HTTPError)
        /// An answer that is not etcd's: the status of HTTP.
        case foreign(status: Int)
        /// etcd's own: a code of gRPC.
        case answered(code: Int64)
        /// A secret could not be read.
        case secret
    }

    package var kind: Kind
    package var message: String

    package init(_ kind: Kind, _ message: String) {
        (self.kind, self.message) = (kind, message)
    }

    /// The lease named in a put is there no more: it expired, or was revoked.
    package var isLeaseLost: Bool { kind == .answered(code: 5) && message.contains("lease not found") }

    /// The token expired, the server forgot it, or rights have changed since.
    var isTokenLost: Bool {
        kind == .answered(code: 16) || message.contains("auth store is old") || message.contains("invalid auth token")
    }

    /// Nobody checks passwords there.
    var isWithoutAuthentication: Bool { message.contains("authentication is not enabled") }

    /// Another endpoint may do better.
    var isWorthAnotherEndpoint: Bool {
        switch kind {
        case .transport(let error): error != .cancelled
        case .foreign: true
        case .answered(let code): code == 14
        case .secret: false
        }
    }

    /// Smaller requests may be taken. etcd answers what is too large as it answers too many requests: code 8 of gRPC,
    /// status 429. Only its words tell them apart.
    var isTooLarge: Bool {
        ["request is too large", "larger than max", "too many operations"].contains { message.contains($0) }
    }

    /// Who acts on it: the next attempt, a person, or nobody.
    package var deliveryError: DeliveryError {
        let reason = "etcd: \(message)"
        if isTooLarge { return .tooLarge(reason: reason) }
        switch kind {
        case .transport(let error): return HTTPDestination.sorted(error, doing: "ask etcd")
        case .secret: return .held(reason: reason)
        case .foreign(let status):
            return switch HTTPStatusTable.standard.meaning(of: status) {
            case .held: .held(reason: reason)
            case .tooLarge: .tooLarge(reason: reason)
            case .delivered, .retryable, .refused, .permanent: .retryable(reason: reason)
            }
        case .answered(let code): return sorted(code, reason)
        }
    }

    private func sorted(_ code: Int64, _ reason: String) -> DeliveryError {
        switch code {
        case 3 where message.contains("authentication failed") || message.contains("user name is empty"):
            .held(reason: reason)
        case 3 where message.contains("auth store is old"): .retryable(reason: reason)
        // A wrong argument: something in one of the events.
        case 3, 11: .refused(reason: reason)
        // No permission, no such method, a state only a person changes.
        case 7, 9, 12, 16: .held(reason: reason)
        // The database is full until somebody compacts it and takes back the alarm.
        case 8 where message.contains("space exceeded"): .held(reason: reason)
        default: .retryable(reason: reason)
        }
    }

    /// Of what a server says, in a message.
    private static let longestMessage = 300

    /// Reads an answer that is no success.
    init(_ answer: HTTPAnswer) {
        let value = try? JSONDocument(answer.body).root.value
        // `message` since version 3.4, `error` before it.
        let text = (value?["message"] ?? value?["error"])?.string
        if let text, let code = value?["code"]?.integer {
            self.init(.answered(code: code), String(text.prefix(Self.longestMessage)))
        } else {
            self.init(
                .foreign(status: answer.status),
                "answered \(answer.status): \"\(answer.words(limit: Self.longestMessage))\"")
        }
    }
}
