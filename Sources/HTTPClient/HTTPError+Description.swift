extension HTTPError: CustomStringConvertible {
    /// One line for people.
    public var description: String {
        switch self {
        case .unreachable(let reason): "unreachable: \(reason)"
        case .timedOut(let which): "timed out: \(which)"
        case .untrusted(let reason, _): "not trusted: \(reason)"
        case .bodyTooLarge(let limit): "the body of the answer is longer than \(limit) bytes"
        case .refusedByReceiver: "the answer was refused while it arrived"
        case .cancelled: "cancelled"
        case .invalid(let reason): "invalid: \(reason)"
        case .notRecorded(let reason): "not recorded: \(reason)"
        }
    }
}
