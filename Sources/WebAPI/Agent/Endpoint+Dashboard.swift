import HTTPTypes

extension Endpoint {
    /// What the page may do: load its own files, ask its own server, and nothing else.
    private static let policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

    /// The dashboard's files. They tell nothing of the agent: what they show they ask for with the reader's token.
    static let dashboard: [Endpoint] = EmbeddedPages.dashboard.map { page in
        Endpoint(.get, page.path, access: .everybody) { _, _ in
            var answer = Answer(type: page.type, bytes: page.bytes)
            for (name, value) in [
                ("Content-Security-Policy", policy), ("Referrer-Policy", "no-referrer"),
                // The next version of the agent has other files under the same names.
                ("Cache-Control", "no-cache"),
            ] {
                if let name = HTTPField.Name(name) { answer.headers[name] = value }
            }
            return answer
        }
    }
}
