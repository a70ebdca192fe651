import AgentCore
import Platform

/// Why a connection could not be made or used.
struct SocketFailure: Error, Equatable, CustomStringConvertible {
    var description: String
    /// Waits for a person: a certificate nobody trusts, a file that is not there.
    var needsPerson = false

    init(_ description: String, needsPerson: Bool = false) {
        (self.description, self.needsPerson) = (description, needsPerson)
    }

    init(_ error: SystemError) {
        self.init(error.description)
    }

    var deliveryError: DeliveryError {
        needsPerson ? .held(reason: description) : .retryable(reason: description)
    }
}

/// When a wait on a socket ends.
struct SocketDeadline {
    private let end: ContinuousClock.Instant
    /// For messages: how long it was from the beginning.
    let length: Duration

    init(after length: Duration) {
        (end, self.length) = (.now + length, length)
    }

    /// What is left, at most `slice`, in the milliseconds of poll(2); nil when nothing is left.
    func milliseconds(atMost slice: Int32) -> Int32? {
        let left = ContinuousClock.now.duration(to: end)
        guard left > .zero else { return nil }
        let whole = left.components.seconds * 1000 + left.components.attoseconds / 1_000_000_000_000_000
        return Int32(min(Int64(slice), whole + 1))
    }
}
