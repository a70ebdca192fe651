import Platform

/// What a client may do.
enum APIRole: String, Sendable, Hashable, Comparable, CaseIterable {
    case read
    /// Everything that read may, and changes.
    case admin

    static func < (left: Self, right: Self) -> Bool { left == .read && right == .admin }
}

/// Who may do what over TCP: the bearer tokens of a file.
///
/// A line for each: the role, a space, the token. Empty lines and those that begin with `#` are left out.
package struct APITokens: Sendable, Equatable {
    /// Shorter ones can be guessed. In bytes.
    static let shortest = 16
    /// A larger file is none of tokens. In bytes.
    private static let sizeLimit = 1 << 20

    private struct Token: Sendable, Equatable {
        var role: APIRole
        var bytes: [UInt8]
    }

    private let tokens: [Token]

    /// Reads the file. Throws what is wrong with it, by line, never with its content.
    package init(file path: String) throws {
        try self.init(text: String(decoding: try File.read(path, limit: Self.sizeLimit), as: UTF8.self), path: path)
    }

    init(text: String, path: String) throws(APITokensError) {
        var tokens: [Token] = []
        // A carriage return with its line feed is one character.
        for (number, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let words = line.split { $0 == " " || $0 == "\t" }
            guard let first = words.first, !first.hasPrefix("#") else { continue }
            let place = "\"\(path)\" line \(number + 1)"
            guard words.count == 2, let role = APIRole(rawValue: String(first)) else {
                throw APITokensError("\(place): expected \"admin TOKEN\" or \"read TOKEN\"")
            }
            guard words[1].utf8.count >= Self.shortest else {
                throw APITokensError("\(place): the token is shorter than \(Self.shortest) bytes; make one at random")
            }
            guard words[1].utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
                throw APITokensError("\(place): the token has other characters than printable ASCII")
            }
            tokens.append(Token(role: role, bytes: Array(words[1].utf8)))
        }
        guard !tokens.isEmpty else { throw APITokensError("\"\(path)\" holds no token: nobody could get in") }
        self.tokens = tokens
    }

    /// What the bearer of a token may do; nil when nobody knows it. Takes as long for a wrong token as for a right one.
    func role(of token: some StringProtocol) -> APIRole? {
        let given = Array(token.utf8)
        var found: APIRole?
        for token in tokens where ConstantTime.areEqual(token.bytes, given) {
            found = max(token.role, found ?? token.role)
        }
        return found
    }
}

/// What is wrong with a tokens file.
package struct APITokensError: Error, Sendable, Equatable, CustomStringConvertible {
    package var description: String

    init(_ description: String) {
        self.description = description
    }
}
