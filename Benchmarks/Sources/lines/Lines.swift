import AgentCore
import Collectors
import EventModel
import Measuring

/// Events of lines, beside nothing but writing each line as a JSON string: what no event can do without.
///
///     lines [ROUNDS]
@main
enum Lines {
    private static let rounds = 40
    private static let lines = 20_000

    static func main() async {
        await measuring {
            let rounds = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? rounds
            var comparison = Comparison(\.processor, per: "line", digits: 2)
            for work in works {
                let lines = Self.followed(work.line)
                let configuration = try configuration(work.configuration)
                let contest = Contest(
                    rounds: rounds,
                    [
                        .init(work.name) { try await translate(lines, configuration) },
                        .init("a JSON string each") { try await write(lines) },
                    ])
                comparison.add("\(work.line.count) bytes", try await contest.run(), events: 1, goal: nil)
            }
            comparison.show("Lines: processor time, \(rounds) rounds of \(lines) lines in turns")
        }
    }

    private struct Work {
        var name: String
        var configuration: String
        var line: [UInt8]
    }

    private static let words = "disk sdb took 912 ms to write a block of the guest web-01.example, again and again; "

    private static let works = [
        Work(name: "lines", configuration: "{}", line: text(500)),
        Work(
            name: "json", configuration: #"{ "format": "json" }"#,
            line: Array(#"{"time":"2026-11-21T05:14:51.298Z","level":"info","n":31,"ok":true,"msg":""#.utf8) + text(400)
                + Array(#""}"#.utf8)),
        Work(
            name: "syslog", configuration: #"{ "format": "syslog", "zone": "UTC" }"#,
            line: Array("Nov 21 04:47:07 hv1 kernel: ".utf8) + text(470)),
        Work(
            name: "a rule with a pattern",
            configuration: #"""
                { "rules": [ { "match": { "regex": "guest (?<vm>[^ ,]+), again" }, "type": "vm.disk-slow",
                               "guest": { "kind": "vm", "id": "${vm}" } } ] }
                """#, line: text(500)),
        Work(
            name: "esxi-hostd, a transition", configuration: #"{ "translator": "esxi-hostd" }"#,
            line: Array(
                "2024-07-05T21:55:18.928Z info hostd[6C8] [Originator@6876 sub=Vmsvc.vm:/vmfs/volumes/5/db 1/db 1.vmx] "
                    .utf8) + Array("State Transition (VM_STATE_POWERING_ON -> VM_STATE_ON)".utf8)),
        Work(
            name: "esxi-hostd, of no interest", configuration: #"{ "translator": "esxi-hostd" }"#,
            line: Array("2024-07-05T21:55:18.928Z info hostd[6C8] [Originator@6876 sub=Default] ".utf8) + text(200)),
    ]

    private static func text(_ count: Int) -> [UInt8] {
        Array(Array(repeating: Array(words.utf8), count: count / words.utf8.count + 1).joined().prefix(count))
    }

    /// Lines that lie in one buffer, as a reader has them.
    private static func followed(_ line: [UInt8]) -> [FollowedLine] {
        let buffer = Array(Array(repeating: line, count: lines).joined())
        let now = AgentClock.system.now()
        return (0..<lines).map { index in
            let start = index * line.count
            return FollowedLine(
                path: "/var/log/benchmark.log", bytes: buffer[start..<start + line.count], offset: UInt64(start),
                identity: "0123456789abcdef", readAt: now)
        }
    }

    private static func configuration(_ text: String) throws -> LineConfiguration {
        guard case .object(let members, _) = try JSONDocument(Array(text.utf8)).root else {
            throw MeasuringError("no object: \(text)")
        }
        var reader = ConfigurationReader(members: members, path: .init(), directory: ".")
        return LineConfiguration(from: &reader)
    }

    private static func translate(_ lines: [FollowedLine], _ configuration: LineConfiguration) async throws -> Cost {
        var translator = LineTranslator(configuration, host: HostView(name: "hv1", under: ""), collector: "bench")
        var bytes = 0
        let cost = await Cost(of: lines.count) {
            var events: [Event] = []
            events.reserveCapacity(8192)
            for line in lines {
                if let event = translator.translate(line) { events.append(event) }
                if events.count == 8192 {
                    bytes += events.reduce(0) { $0 + $1.data.bytes.count }
                    events.removeAll(keepingCapacity: true)
                }
            }
            bytes += events.reduce(0) { $0 + $1.data.bytes.count }
        }
        guard bytes > 0 || translator.counts.filtered == UInt64(lines.count) else {
            throw MeasuringError("no events came out")
        }
        return cost
    }

    private static func write(_ lines: [FollowedLine]) async throws -> Cost {
        var total = 0
        let cost = await Cost(of: lines.count) {
            for line in lines {
                var bytes: [UInt8] = []
                bytes.reserveCapacity(line.bytes.count + 16)
                line.bytes.withUnsafeBufferPointer { bytes.appendJSONEscaped($0) }
                total += bytes.count
            }
        }
        guard total > 0 else { throw MeasuringError("nothing was written") }
        return cost
    }
}
