/// Why NATS did not do what it was asked.
package enum NATSFailure: Error, Sendable, Equatable, CustomStringConvertible {
    /// No connection, or it broke, or no answer came in time: worth another try on a new connection.
    case unreachable(String)
    /// The server refuses us: a wrong password, no permission, an untrusted certificate. A person must act.
    case refused(String)
    /// JetStream's own answer: an HTTP-like code, its finer number, and its sentence.
    case answered(code: Int, number: Int, text: String)

    package var description: String {
        switch self {
        case .unreachable(let reason), .refused(let reason): reason
        case .answered(let code, let number, let text): "JetStream answered \(code) (\(number)): \(text)"
        }
    }

    /// JetStream's numbers that we tell apart.
    package enum Number {
        package static let consumerNotFound = 10014
        package static let noMessageFound = 10037
        package static let messageTooLarge = 10054
        package static let streamMismatch = 10060
        package static let streamNotFound = 10059
        package static let wrongLastSequence = 10071
    }

    /// Whether JetStream said so.
    package func isAnswer(_ number: Int) -> Bool {
        if case .answered(_, number, _) = self { true } else { false }
    }

    /// Whether trying again does not help before a person acted.
    package var mustAct: Bool {
        switch self {
        case .unreachable: false
        case .refused: true
        case .answered(let code, _, _): code == 401 || code == 403
        }
    }
}
