import HTTPClient

/// The cookies of a session, as the server set them: a value in double quotes is sent back in them.
struct SessionCookies: Sendable, Hashable {
    /// vim25 uses one; a load balancer may add its own.
    private static let limit = 8
    /// No cookie of a session is longer.
    private static let longest = 4096

    private var cookies: [(name: String, value: String)] = []

    /// The value of the header to send; nil when there is none.
    var header: String? {
        cookies.isEmpty ? nil : cookies.map { "\($0.name)=\($0.value)" }.joined(separator: "; ")
    }

    /// Takes the cookies an answer sets. Their attributes are not looked at: they are sent to one address only.
    mutating func update(from headers: HTTPHeaders) {
        for field in headers.fields where field.name.lowercased() == "set-cookie" {
            let pair = field.value.split(separator: ";", maxSplits: 1, omittingEmptySubsequences: false)[0]
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, pair.utf8.count <= Self.longest, pair.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F })
            else { continue }
            let (name, value) = (Self.trimmed(parts[0]), Self.trimmed(parts[1]))
            cookies.removeAll { $0.name == name }
            if !name.isEmpty, cookies.count < Self.limit { cookies.append((name, value)) }
        }
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text.drop { $0 == " " }
        while text.last == " " { text.removeLast() }
        return String(text)
    }

    static func == (left: Self, right: Self) -> Bool { left.header == right.header }

    func hash(into hasher: inout Hasher) { hasher.combine(header) }
}
