/// Puts placeholders in the place of secrets: the same one for the same secret, so that a blanked session is still one
/// session.
///
/// A secret is found by its name (`SecretNames`). Once found, a long one is also blanked wherever else its bytes stand:
/// a server may repeat the value of a session cookie in the ids it makes.
struct SecretBlanker {
    /// What placeholders begin with; a number follows.
    static let mark = "BLANKED"
    /// Shorter secrets are blanked in their place only: "a" is everywhere.
    private static let findableBytes = 8

    private let names: SecretNames
    private var placeholders: [[UInt8]: [UInt8]] = [:]
    /// Long ones first, as a secret may contain another.
    private var findable: [[UInt8]] = []

    /// Knows the names and no secret yet.
    init(_ names: SecretNames) {
        self.names = names
    }

    /// Remembers the secrets in a message. First learn all messages of an exchange, then blank them: one may give away
    /// another.
    mutating func learn(_ headers: HTTPHeaders, _ body: [UInt8]) {
        for field in headers.fields where isSecret(field) {
            for secret in Self.secrets(in: field) { learn(Array(secret.utf8)) }
        }
        for range in XMLSecretFinder.contents(in: body, of: names) { learn(Array(body[range])) }
    }

    /// Learned headers without their secrets.
    func blank(_ headers: HTTPHeaders) -> HTTPHeaders {
        HTTPHeaders(
            headers.fields.map { field in
                let value = isSecret(field) ? blank(named: field) : field.value
                return HTTPHeaders.Field(field.name, blankFound(in: value))
            })
    }

    /// A learned body without its secrets.
    func blank(_ body: [UInt8]) -> [UInt8] {
        var blanked: [UInt8] = []
        var place = 0
        for range in XMLSecretFinder.contents(in: body, of: names) {
            guard let placeholder = placeholders[Array(body[range])] else { continue }
            blanked += body[place..<range.lowerBound]
            blanked += placeholder
            place = range.upperBound
        }
        return blankFound(in: blanked + body[place...])
    }

    /// `text` without the long secrets learned so far.
    func blankFound(in text: String) -> String {
        String(decoding: blankFound(in: Array(text.utf8)), as: UTF8.self)
    }

    private func blankFound(in bytes: [UInt8]) -> [UInt8] {
        findable.reduce(bytes) { $0.replacing($1, with: placeholders[$1] ?? []) }
    }

    private func blank(named field: HTTPHeaders.Field) -> String {
        var blanked = ""
        var place = field.value.startIndex
        for secret in Self.secrets(in: field) {
            guard let placeholder = placeholders[Array(secret.utf8)] else { continue }
            blanked += field.value[place..<secret.startIndex] + String(decoding: placeholder, as: UTF8.self)
            place = secret.endIndex
        }
        return blanked + field.value[place...]
    }

    private mutating func learn(_ secret: [UInt8]) {
        // What was blanked already (in a recording of a replay) stays as it is.
        guard placeholders[secret] == nil, !secret.allSatisfy(\.isBlank), !secret.starts(with: Self.mark.utf8) else {
            return
        }
        placeholders[secret] = Array("\(Self.mark)-\(placeholders.count + 1)".utf8)
        guard secret.count >= Self.findableBytes else { return }
        findable.append(secret)
        findable.sort { $0.count > $1.count }
    }

    private func isSecret(_ field: HTTPHeaders.Field) -> Bool {
        names.headers.contains(field.name.lowercased())
    }

    /// The parts of a header's value that are secret, in order: of cookies the values, of credentials what follows the
    /// scheme.
    private static func secrets(in field: HTTPHeaders.Field) -> [Substring] {
        switch field.name.lowercased() {
        case "cookie": field.value.split(separator: ";").compactMap(cookieValue)
        case "set-cookie": field.value.split(separator: ";").prefix(1).compactMap(cookieValue)
        case "authorization", "proxy-authorization":
            field.value.split(separator: " ", maxSplits: 1).suffix(1).filter { !$0.isEmpty }
        default: [field.value[...]].filter { !$0.isEmpty }
        }
    }

    private static func cookieValue(_ pair: Substring) -> Substring? {
        guard let equals = pair.firstIndex(of: "=") else { return nil }
        var value = pair[pair.index(after: equals)...].trimmingBlanks()
        if value.count >= 2, value.hasPrefix("\""), value.hasSuffix("\"") { value = value.dropFirst().dropLast() }
        return value.isEmpty ? nil : value
    }
}
