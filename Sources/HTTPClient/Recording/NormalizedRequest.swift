/// What makes two requests the same for a replay: method, path and query, and the body without its secrets and without
/// what means nothing in XML (the declaration, blanks between tags).
struct NormalizedRequest: Hashable {
    /// As sent.
    let method: String
    /// Path and query.
    let target: String
    /// Normalised.
    let body: [UInt8]

    /// Normalises `body`; `names` says what is a secret in it.
    init(method: String, target: String, body: [UInt8], names: SecretNames) {
        (self.method, self.target) = (method, target)
        self.body = Self.withoutLayout(Self.withoutSecrets(body, names))
    }

    /// The path and query of an absolute URL: the recorded host need not be the replayed one.
    static func target(of url: String) -> String {
        let rest = url.utf8.firstRange(of: Array("://".utf8)).map { url[$0.upperBound...] } ?? url[...]
        let path = rest.drop { $0 != "/" && $0 != "?" && $0 != "#" }.prefix { $0 != "#" }
        return path.hasPrefix("/") ? String(path) : "/" + path
    }

    /// The first place where two bodies differ.
    func firstDifference(from other: NormalizedRequest) -> Int {
        zip(body, other.body).enumerated().first { $0.element.0 != $0.element.1 }?.offset
            ?? min(body.count, other.body.count)
    }

    /// The body around `place`, for people.
    func excerpt(at place: Int) -> String {
        let piece = body[max(0, place - 24)..<min(body.count, place + 48)]
        return String(decoding: piece.map { $0 < 0x20 ? 0x20 : $0 }, as: UTF8.self)
    }

    private static func withoutSecrets(_ body: [UInt8], _ names: SecretNames) -> [UInt8] {
        var result: [UInt8] = []
        var place = 0
        for range in XMLSecretFinder.contents(in: body, of: names) {
            result += body[place..<range.lowerBound]
            result += Array(SecretBlanker.mark.utf8)
            place = range.upperBound
        }
        return result + body[place...]
    }

    private static func withoutLayout(_ body: [UInt8]) -> [UInt8] {
        var rest = body[...]
        if rest.starts(with: "<?xml".utf8), let end = rest.firstRange(of: Array("?>".utf8)) {
            rest = rest[end.upperBound...]
        }
        var result: [UInt8] = []
        result.reserveCapacity(rest.count)
        for part in rest.split(separator: UInt8(ascii: ">"), omittingEmptySubsequences: false) {
            // A part begins behind a tag: blanks up to the next tag are layout.
            let text = part.drop(while: \.isBlank)
            result += text.first == UInt8(ascii: "<") || text.isEmpty ? text : part
            result.append(UInt8(ascii: ">"))
        }
        result.removeLast()
        return result
    }
}
