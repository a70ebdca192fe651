/// Why there was no whole answer.
public enum HTTPError: Error, Sendable, Equatable {
    /// The name did not resolve, nobody listens, the connection broke: worth another try. With libcurl's words.
    case unreachable(String)
    /// One of the request's timeouts ran out: `connect`, `idle` or `whole`. Worth another try.
    case timedOut(String)
    /// The server's certificate is not trusted; a person must act. With the thumbprint it showed, if it showed one.
    case untrusted(String, thumbprint: String?)
    /// The body is longer than the request allows, in bytes.
    case bodyTooLarge(limit: Int)
    /// The receiver wanted no more.
    case refusedByReceiver
    /// The calling task was cancelled.
    case cancelled
    /// The request or the configuration can never work: a URL that is none, a CA file that cannot be read.
    case invalid(String)
    /// A replay has no answer for this request: which one, and what it has instead.
    case notRecorded(String)
}
