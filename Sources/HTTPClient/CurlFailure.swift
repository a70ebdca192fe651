import CCurl

/// What libcurl and OpenSSL knew when a transfer failed; the way from their words to ours.
struct CurlFailure {
    /// What libcurl says by number.
    var code: CURLcode
    /// libcurl's own sentence.
    private let text: String
    /// Whether no connection stood yet.
    var isConnecting: Bool
    /// Whom the transfer was to trust, and by which way.
    var connection: HTTPConnection
    /// The certificate the server showed.
    var shown: CertificateThumbprint?

    /// Keeps a proxy's password out of `text`.
    init(
        _ code: CURLcode, _ text: String, isConnecting: Bool, connection: HTTPConnection, shown: CertificateThumbprint?
    ) {
        (self.code, self.isConnecting, self.connection, self.shown) = (code, isConnecting, connection, shown)
        // A proxy's URL may hold its password, and libcurl may quote it.
        self.text = connection.proxy.map { text.replacing($0, with: "the proxy's URL") } ?? text
    }

    /// The error for the caller of `request`.
    func error(for request: HTTPRequest) -> HTTPError {
        switch code {
        case CURLE_OPERATION_TIMEDOUT:
            .timedOut(isConnecting && request.timeouts.connect < request.timeouts.whole ? "connect" : "whole")
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS:
            .untrusted(mistrust, thumbprint: shown?.description)
        case CURLE_SSL_CACERT_BADFILE:
            .invalid("\(authorities) cannot be used: \(text); it must be a readable file of PEM certificates")
        case CURLE_SSL_CERTPROBLEM:
            .invalid("the client certificate or its key cannot be used: \(text); both must be readable PEM files")
        case CURLE_SEND_FAIL_REWIND:
            .unreachable("the connection was closed before the answer; whether the request was done is not known")
        case CURLE_URL_MALFORMAT, CURLE_NOT_BUILT_IN, CURLE_UNKNOWN_OPTION, CURLE_BAD_FUNCTION_ARGUMENT:
            .invalid(text)
        default:
            .unreachable(connection.socket.map { "\(text) by the socket \"\($0)\"" } ?? text)
        }
    }

    private var mistrust: String {
        guard let shown else { return text }
        if case .thumbprint(let bytes) = connection.trust, let expected = CertificateThumbprint(bytes: bytes) {
            return "the server's certificate has the SHA-256 thumbprint \(shown), not the configured \(expected)"
        }
        return "\(text); if this is the right server, trust its authority or pin its SHA-256 thumbprint \(shown)"
    }

    private var authorities: String {
        if case .authorities(let file) = connection.trust { return "CA file \"\(file)\"" }
        return "the system's CA certificates"
    }
}
