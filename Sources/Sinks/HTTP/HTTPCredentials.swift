package import HTTPClient

/// The configured header fields with their secrets in place: read once for a delivery, good for all its requests.
package struct HTTPCredentials: Sendable {
    package var headers: HTTPHeaders
    /// What must never be repeated to people.
    let secrets: [String]

    /// `text` with each secret replaced.
    func blanking(_ text: String) -> String {
        secrets.reduce(text) { $1.isEmpty ? $0 : $0.replacing($1, with: "…") }
    }

    /// Of an answer, looked through for secrets, in bytes: some servers repeat what they were told.
    private static let readLimit = 4096

    /// The beginning of an answer, for people. Blanked before it is cut: no part of a secret is left at its end.
    func words(of answer: HTTPAnswer) -> String {
        String(blanking(answer.words(limit: Self.readLimit)).prefix(HTTPDestination.reasonLimit))
    }
}
