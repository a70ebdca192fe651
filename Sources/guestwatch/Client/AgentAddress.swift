/// Where the API of a running agent is.
enum AgentAddress: Sendable, Hashable, CustomStringConvertible {
    /// The path of a unix socket.
    case socket(String)
    /// `http://…` or `https://…`, without a path.
    case url(String)

    /// What `--api` says: a URL, `host:port`, or the path of a socket.
    init(_ text: String) {
        if text.hasPrefix("http://") || text.hasPrefix("https://") {
            self = .url(text.last == "/" ? String(text.dropLast()) : text)
        } else if text.contains("/") || !text.contains(":") {
            self = .socket(text)
        } else {
            self = .url("http://\(text)")
        }
    }

    /// What URLs begin with.
    var root: String {
        switch self {
        // Every connection goes to the socket, whatever host the URL names.
        case .socket: "http://localhost"
        case .url(let url): url
        }
    }

    var description: String {
        switch self {
        case .socket(let path): path
        case .url(let url): url
        }
    }
}
