public import AgentCore

/// Why a stream was not made.
public enum StreamError: Error, Sendable, Equatable, CustomStringConvertible {
    case tooMany(limit: Int)
    case tooManyForClient(String, limit: Int)
    /// Asked for entries after a sequence that was never given.
    case ahead(of: UInt64, asked: UInt64)
    case journal(JournalError)
    case stopped

    public var description: String {
        switch self {
        case .tooMany(let limit): "stream: there are \(limit) streams, the most there may be; try again later"
        case .tooManyForClient(let client, let limit):
            "stream: the client \"\(client)\" has \(limit) streams, the most it may have; end one"
        case .ahead(let newest, let asked):
            "stream: after \(asked) was asked for, but the newest sequence is \(newest): the history began anew; "
                + "begin with the last entries"
        case .journal(let error): "stream: \(error)"
        case .stopped: "stream: the event manager has stopped"
        }
    }
}
