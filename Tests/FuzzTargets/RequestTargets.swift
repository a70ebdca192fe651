import EventModel
import HTTPTypes

@testable import WebAPI

extension FuzzTarget {
    /// What clients of the API send, behind what the HTTP server has taken apart, and its tokens file.
    static let requests: [FuzzTarget] = [
        FuzzTarget(name: "api-request", seeds: { _ in seeds(requestTexts) }) { bytes in
            // As in HTTP: the target, and behind each line end a header.
            let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
            let target = lines[0]
            let path = target.prefix { $0 != "?" }
            if let match = RouteTable.match(path: String(path)) {
                check(!match.endpoints.isEmpty, "a path that is known has a method")
                check(match.parameters.values.allSatisfy { !$0.isEmpty }, "a parameter of a path is never empty")
            }
            read(target.dropFirst(path.count).dropFirst())
            for line in lines.dropFirst() {
                check(Accept.best(of: ["a/b", "c/d"], for: String(line)) != "", "one of those offered, or none")
                check(Query.integer(String(line)) ?? 0 >= 0, "digits are no number below zero")
            }
        },
        FuzzTarget(name: "percent-coding", seeds: { _ in seeds(["a%20b+c", "%C3%A4", "%", "%4", "%zz%F0%9F%98%80"]) }) {
            bytes in
            let text = String(decoding: bytes, as: UTF8.self)
            _ = (PercentCoding.decode(text), PercentCoding.decode(text, plusIsSpace: true))
            check(PercentCoding.decode(PercentCoding.encode(text)) == text, "what was encoded is decoded as it was")
        },
        FuzzTarget(name: "api-binary-event", seeds: { _ in seeds(binaryEvents) }) { bytes in
            // Headers, an empty line, the body.
            var headers = HTTPFields()
            var rest = bytes[...]
            while let end = rest.firstIndex(of: UInt8(ascii: "\n")), end > rest.startIndex {
                let line = String(decoding: rest[..<end], as: UTF8.self)
                rest = rest[rest.index(after: end)...]
                let parts = line.split(separator: ":", maxSplits: 1)
                guard parts.count == 2, let name = HTTPField.Name(String(parts[0])) else { continue }
                headers.append(HTTPField(name: name, value: String(parts[1])))
            }
            guard let json = try? BinaryEvent.structured(headers, data: Array(rest.dropFirst())) else { return }
            // An attribute given twice is twice in it, and refused there.
            if let event = try? EventDecoder.decode(json).event { checkEvents([event]) }
        },
        FuzzTarget(
            name: "api-tokens",
            seeds: { _ in seeds(["# who\nadmin 0123456789abcdef\r\nread  fedcba9876543210\n", "admin short\n", "\n"]) }
        ) { bytes in
            let text = String(decoding: bytes, as: UTF8.self)
            guard let tokens = try? APITokens(text: text, path: "tokens") else { return }
            check(tokens.role(of: "") == nil, "nothing is no token")
            for line in text.split(separator: "\n") where !line.hasPrefix("#") {
                let words = line.split { $0 == " " || $0 == "\t" || $0 == "\r" }
                guard words.count == 2, !words[0].hasPrefix("#") else { continue }
                check(tokens.role(of: words[1]) != nil, "a token of the file is known")
            }
        },
    ]

    private static func read(_ text: Substring) {
        guard var query = try? Query(text) else { return }
        let given = query.given
        check(Set(given.map(\.name)).count == given.count, "each parameter is there once")
        _ = try? EventQuery(common: &query)
        for name in ["after", "history", "from", "last", "count"] {
            guard let number = try? query.integer(name, in: Query.sequences) else { continue }
            check(Query.sequences.contains(number), "a number lies in its range")
        }
        for name in ["guest", "source", "name", "journal"] {
            guard let text = try? query.text(name) else { continue }
            check((1...Query.textLimit).contains(text.utf8.count), "a text has its bounds")
        }
        _ = try? query.finish()
    }

    private static let requestTexts = [
        "/v1/events?type=vm.*,container.started&severity=notice&since=2026-11-21T06:18:00Z&from=1&count=9\n*/*;q=0.5, a/b",
        "/v1/stream?after=17&guest=vm%2Fvm-41&name=web\ntext/event-stream\n4711", "/v1/guests/vm%2Fvm-41/events?last=3",
        "/v1/sinks/a%00b/suspend", "/v1/collectors/vc1?after=18446744073709551616&x=%FF", "/?type=&=&a&a", "*",
    ]

    private static let binaryEvents = [
        "ce-specversion:1.0\nce-id:1\nce-source:s\nce-type:guestwatch.vm.powered-on\nce-time:2026-11-21T06:18:00Z\n"
            + "ce-subject:vm/vm%2D41\ncontent-type:application/json\n\n{\"message\":\"on\"}",
        "ce-id:%FF\n\n", "x:y\n\n[",
    ]
}
