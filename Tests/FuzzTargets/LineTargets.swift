import AgentCore
import Collectors
import EventModel

extension FuzzTarget {
    /// Lines: a target for each format and each shipped translator, and the times in them.
    static let lines: [FuzzTarget] =
        LineFormat.allCases.map { format in
            let pattern = format == .regex ? #", "pattern": "(?<time>\\S+) (?<a>\\w+)=(?<message>.*?);?$""# : ""
            return target("line-\(format.rawValue)", #"{ "format": "\#(format.rawValue)"\#(pattern) }"#)
        }
        + ShippedTranslator.all.map {
            target("translator-\($0.name)", #"{ "translator": "\#($0.name)", "unmatched": "keep" }"#)
        } + [
            FuzzTarget(
                name: "line-time",
                seeds: { _ in
                    [
                        "2026-11-21 04:19:57,488 +02:00", "Nov 21 04:47:07", "Sat Nov 21 04:47:07 2020",
                        "20261121044352.424",
                    ]
                    .map { Array($0.utf8) }
                }
            ) { bytes in
                var zone = TimeZoneRule.utc
                let layouts: [TimeLayout] = [
                    .automatic, .custom(TimePart.parts(of: "%a, %d %b %y %I:%M %p %z %f%%") ?? []),
                ]
                for layout in layouts {
                    guard let (time, end) = layout.read(bytes, 0..<bytes.count) else { continue }
                    check(end <= bytes.count, "a time ends in its line")
                    _ = time.timestamp(in: &zone, now: now)
                }
            }
        ]

    /// Every byte string is a file: its lines are translated, one after the other.
    private static func target(_ name: String, _ configuration: String) -> FuzzTarget {
        let translator = translator(configuration)
        return FuzzTarget(
            name: name, seeds: { $0.files(in: "Tests/LineSamples", ".log") + $0.lines(in: "Tests/LineSamples", ".log") }
        ) { bytes in
            var translator = translator
            var offset: UInt64 = 0
            var events: [Event] = []
            for part in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
                let line = FollowedLine(
                    path: "/var/log/xl-a.log", bytes: part, offset: offset, identity: "f",
                    isTruncated: part.count % 17 == 3, readAt: now)
                offset += UInt64(part.count) + 1
                if let event = translator.translate(line) { events.append(event) }
            }
            events += translator.finish("f")
            check(translator.held.isEmpty, "a file that ended holds nothing")
            checkEvents(events)
        }
    }

    private static func translator(_ text: String) -> LineTranslator {
        let members: [JSONNode.Member]? =
            if case .object(let members, _)? = try? JSONDocument(Array(text.utf8)).root { members } else { nil }
        var reader = ConfigurationReader(members: members, path: .init(), directory: "")
        let configuration = LineConfiguration(from: &reader)
        check(reader.problems.isEmpty, "the configuration of the target is one")
        return LineTranslator(configuration, host: HostView(name: "hv1", under: ""), collector: "fuzz")
    }
}
