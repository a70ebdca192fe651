import AgentCore
import Collectors
import EventModel

/// Lines of a file → events, encoded.
enum LinesPath {
    static func run(rounds: Int) throws {
        let lines = lines()
        var reader = ConfigurationReader(members: [], path: .init(), directory: ".")
        let configuration = LineConfiguration(from: &reader)
        var translator = LineTranslator(configuration, host: HostView(name: "hv1", under: ""), collector: "measured")
        for _ in 0..<rounds {
            var events: [Event] = []
            translator.translate(lines, into: &events)
            try NoMeasure.unless(EncodedEvent.encode(events).count == Instructions.events)
        }
    }

    /// They lie in one buffer, as a reader has them.
    private static func lines() -> [FollowedLine] {
        let line = Array("2026-11-21T12:00:10.100000Z app[7]: request".utf8) + [UInt8](repeating: 0x61, count: 456)
        var text: [UInt8] = []
        for _ in 0..<Instructions.events { text += line }
        var lines: [FollowedLine] = []
        for place in 0..<Instructions.events {
            lines.append(
                FollowedLine(
                    path: "/var/log/measured.log", bytes: text[place * line.count..<(place + 1) * line.count],
                    offset: UInt64(place * line.count), identity: "0123456789abcdef",
                    readAt: Timestamp(nanoseconds: 0)))
        }
        return lines
    }
}
