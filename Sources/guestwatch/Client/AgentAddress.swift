import Glibc
import HTTPClient

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

    /// The connection that reaches it, under a trust for TLS, as somebody.
    func connection(_ trust: TLSTrust, _ identity: TLSIdentity?) -> HTTPConnection {
        switch self {
        case .socket(let path): HTTPConnection(socket: path.hasPrefix("/") ? path : "\(Self.workingFolder)/\(path)")
        case .url: HTTPConnection(trust: trust, identity: identity)
        }
    }

    private static var workingFolder: String {
        // SAFETY: getcwd allocates the text it returns, which is copied and freed.
        guard let path = getcwd(nil, 0) else { return "." }
        defer { free(path) }
        return String(cString: path)
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
