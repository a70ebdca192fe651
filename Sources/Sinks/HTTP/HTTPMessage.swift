package import HTTPClient

/// One request to a destination.
package struct HTTPMessage: Sendable, Hashable {
    package var method: String
    /// Appended to the path of the destination's URL.
    package var path: String
    /// Appended to the query of the destination's URL: `a=b&c=d`, encoded.
    package var query: String
    /// `Content-Type` among them; `Content-Encoding` and those of the configuration are added.
    package var headers: HTTPHeaders
    package var body: [UInt8]
    /// More of the answer's body than this is not kept.
    package var answerLimit: Int
    /// Whether the body is compressed already.
    var isPacked = false

    /// Room for what a destination says about an error.
    package static let shortAnswer = 64 << 10

    package init(
        _ method: String = "POST", path: String = "", query: String = "", headers: HTTPHeaders = [:],
        body: [UInt8] = [], answerLimit: Int = HTTPMessage.shortAnswer
    ) {
        (self.method, self.path, self.query) = (method, path, query)
        (self.headers, self.body, self.answerLimit) = (headers, body, answerLimit)
    }
}
