import AgentCore
import EventModel

/// Where a destination that speaks no HTTP is: `tcp://logs.example:601`, `unix-dgram:///run/log.sock`.
package struct Endpoint: Sendable, Hashable, CustomStringConvertible {
    package var scheme: String
    /// A name or an address, an IPv6 one without its brackets; empty for a path.
    package var host: String
    package var port: Int
    /// Of a socket in the file system; empty otherwise.
    package var path: String

    package init(scheme: String, host: String = "", port: Int = 0, path: String = "") {
        (self.scheme, self.host, self.port, self.path) = (scheme, host, port, path)
    }

    /// Reads `scheme://host[:port]` or `scheme:///path`; nil when it is neither.
    ///
    /// - Parameter ports: the schemes of hosts, with the port of each where the text gives none.
    /// - Parameter paths: the schemes of paths.
    package init?(_ text: String, ports: [String: Int], paths: [String] = []) {
        guard let mark = text.firstRange(of: "://") else { return nil }
        let (scheme, rest) = (String(text[..<mark.lowerBound]), text[mark.upperBound...])
        if paths.contains(scheme) {
            guard rest.hasPrefix("/"), rest.count > 1 else { return nil }
            self.init(scheme: scheme, path: String(rest))
            return
        }
        guard let usual = ports[scheme] else { return nil }
        let isBracketed = rest.hasPrefix("[")
        let host = isBracketed ? rest.dropFirst().prefix { $0 != "]" } : rest.prefix { $0 != ":" }
        let behind = rest.dropFirst(host.count + (isBracketed ? 2 : 0))
        if isBracketed, !rest.dropFirst(host.count + 1).hasPrefix("]") { return nil }
        let port = behind.isEmpty ? usual : behind.hasPrefix(":") ? Int(behind.dropFirst()) : nil
        let isPlain = host.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x2F && $0 != 0x40 }
        guard !host.isEmpty, isPlain, let port, (1...65_535).contains(port) else { return nil }
        self.init(scheme: scheme, host: String(host), port: port)
    }

    package var description: String {
        if host.isEmpty { return "\(scheme)://\(path)" }
        return host.contains(":") ? "\(scheme)://[\(host)]:\(port)" : "\(scheme)://\(host):\(port)"
    }
}

extension ConfigurationType where Value == Endpoint {
    /// An address of one of the schemes; `ports` are the usual ones.
    static func endpoint(_ ports: KeyValuePairs<String, Int>, paths: [String] = []) -> Self {
        let hosts = ports.map(\.key)
        let examples = hosts.map { "\($0)://HOST:PORT" } + paths.map { "\($0):///PATH" }
        let pattern =
            "^((\(hosts.joined(separator: "|")))://[^/@ ]+|(\((paths + ["unix"]).joined(separator: "|")))://.+)$"
        let usual = Dictionary(uniqueKeysWithValues: ports.map { ($0.key, $0.value) })
        let expected = "an address: " + examples.joined(separator: " or ")
        return .init(
            expected: expected, schema: ["type": "string", "pattern": .string(pattern)],
            placeholder: Endpoint(scheme: hosts.first ?? "")
        ) { source in
            guard let text = source.node.value.string, let value = Endpoint(text, ports: usual, paths: paths) else {
                // The value is not repeated: it may hold a password.
                source.problem("expected \(expected); user and password are members of their own")
                return nil
            }
            return value
        }
    }
}
