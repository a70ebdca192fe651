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
package struct APITokens: Sendable {
    /// Shorter ones can be guessed. In bytes.
    static let shortest = 16
    /// A larger file is none of tokens. In bytes.
    private static let sizeLimit = 1 << 20

    private let tokens: [(role: APIRole, bytes: [UInt8])]

    /// Reads the file. Throws what is wrong with it, by line, never with its content.
    package init(file path: String) throws {
        try self.init(text: String(decoding: try File.read(path, limit: Self.sizeLimit), as: UTF8.self), path: path)
    }

    init(text: String, path: String) throws(APITokensError) {
        var tokens: [(APIRole, [UInt8])] = []
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let words = line.split { $0 == " " || $0 == "\t" || $0 == "\r" }
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
            tokens.append((role, Array(words[1].utf8)))
        }
        guard !tokens.isEmpty else { throw APITokensError("\"\(path)\" holds no token: nobody could get in") }
        self.tokens = tokens
    }

    /// What the bearer of a token may do; nil when nobody knows it. Takes as long for a wrong token as for a right one.
    func role(of token: some StringProtocol) -> APIRole? {
        let given = Array(token.utf8)
        var found: APIRole?
        for (role, bytes) in tokens where Self.areEqual(bytes, given) { found = max(role, found ?? role) }
        return found
    }

    /// Looks at every byte of the secret, wherever the first difference is.
    static func areEqual<Bytes: RandomAccessCollection<UInt8>>(_ secret: Bytes, _ given: [UInt8]) -> Bool
    where Bytes.Index == Int {
        var difference = secret.count ^ given.count
        for index in secret.indices {
            let byte = secret[index]
            difference |= Int(byte ^ (given.isEmpty ? ~byte : given[index % given.count]))
        }
        return difference == 0
    }
}

/// What is wrong with a tokens file.
package struct APITokensError: Error, Sendable, Equatable, CustomStringConvertible {
    package var description: String

    init(_ description: String) {
        self.description = description
    }
}
