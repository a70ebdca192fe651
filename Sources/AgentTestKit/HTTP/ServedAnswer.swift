package import HTTPClient

/// What a test server answers, and how it ends: the same for `LoopbackServer` and `InProcessTransport`.
package struct ServedAnswer: Sendable {
    /// How the transfer of the body goes.
    package enum Ending: Sendable, Hashable {
        /// The whole body.
        case complete
        /// The connection is closed after that many bytes of the body; 0: after the head.
        case cut(afterBytes: Int)
        /// The connection is closed without a head.
        case cutBeforeHead
        /// Nothing more comes after that many bytes of the body, and the connection stays open.
        case hang(afterBytes: Int)
    }

    /// Status and header fields; lengths and transfer encoding are the server's business.
    package var response: HTTPResponse
    /// The body, whole even where it is not sent whole.
    package var body: [UInt8]
    /// How the transfer goes.
    package var ending: Ending
    /// `Transfer-Encoding: chunked` instead of `Content-Length`.
    package var isChunked: Bool

    package init(
        _ status: Int = 200, headers: HTTPHeaders = [:], body: [UInt8] = [], ending: Ending = .complete,
        isChunked: Bool = false
    ) {
        response = HTTPResponse(status: status, headers: headers)
        (self.body, self.ending, self.isChunked) = (body, ending, isChunked)
    }
}

/// Answers requests: what a test server is made of.
package typealias Answering = @Sendable (HTTPRequest) async -> ServedAnswer
