import AgentCore
import Collectors
import EventModel
import Platform

extension FuzzTarget {
    /// What container engines, their tools and external collectors say, line by line.
    static let runtimes: [FuzzTarget] = [
        FuzzTarget(name: "engine-events", seeds: engineEvents) { bytes in
            let translator = EngineTranslator(
                runtime: "docker", host: "hv1", include: Set(EngineDetail.allCases), commands: true)
            var reading = EngineReading(from: now)
            reading.connected(at: now)
            for line in lines(of: bytes) {
                if let container = try? JSONDocument(line).root.value,
                    let event = translator.described(container, at: now)
                {
                    checkEvents([event])
                }
                guard let report = try? EngineReport.decode(line), reading.take(line, of: report.time) else { continue }
                _ = reading.gap(at: report.time, buffered: 2)
                if let happening = translator.translate(report) { checkEvents([happening.event]) }
            }
            let again = try? EngineReading(reading.encoded(), runtime: "docker")
            check(again?.last == reading.last && again?.since == reading.since, "a checkpoint goes on where it ended")
        },
        FuzzTarget(name: "lxc-monitor", seeds: { _ in seeds(lxcLines) }) { bytes in
            var reading = LXCMonitorReading(host: "hv1")
            for line in lines(of: bytes) {
                guard let decoded = try? LXCMonitorLine.decode(line) else { continue }
                check(!decoded.container.isEmpty, "a line names a container")
                if let happening = reading.take(decoded, at: now) { checkEvents([happening.event]) }
            }
        },
        FuzzTarget(name: "osctld", seeds: { _ in seeds(osctldLines) }) { bytes in
            let translator = OsctldTranslator(host: "hv1", commands: true)
            for purpose in [OsctldConversation.Purpose.events, .containers] {
                var (conversation, reading) = (OsctldConversation(purpose), OsctldReading())
                for line in lines(of: bytes) {
                    guard let decoded = try? OsctldLine.decode(line) else { continue }
                    let step = conversation.take(decoded)
                    var events: [OsctldEvent] = []
                    if case .event(let event) = step { events = [event] }
                    if case .containers(let list) = step { events = reading.take(list: list) + reading.take(list: []) }
                    checkEvents(events.compactMap { translator.translate($0, in: &reading, at: now)?.event })
                }
                check((try? OsctldReading(reading.encoded())) != nil, "a checkpoint is read again")
            }
        },
        FuzzTarget(name: "command-output", seeds: commandOutput) { bytes in
            var reading = CommandReading(source: "command://hv1", collector: "fuzz")
            for line in lines(of: bytes) {
                let isCut = line.count == 4096
                if let event = reading.take(line, isCut: isCut, limit: 4096, now: now) { checkEvents([event]) }
            }
            guard let checkpoint = reading.encoded() else { return }
            let again = try? CommandReading(checkpoint, source: "command://hv1", collector: "fuzz")
            check(again?.encoded()?.bytes == checkpoint.bytes, "a checkpoint is given back as it came")
        },
    ]

    /// The lines of a stream, as a `LineSplitter` has them of its pieces, whose size the stream itself tells.
    private static func lines(of bytes: [UInt8]) -> [[UInt8]] {
        let limit = 4096
        var splitter = LineSplitter(limit: limit)
        let size = max(1, Int(bytes.first ?? 1))
        var lines: [LineReader.Line] = []
        for start in stride(from: 0, to: bytes.count, by: size) {
            lines += splitter.take(bytes[start..<min(start + size, bytes.count)])
        }
        if let last = splitter.finish() { lines.append(last) }
        check(
            lines.allSatisfy { $0.bytes.count <= limit && !$0.bytes.contains(0x0A) }, "a line is one, within its limit")
        let length = lines.reduce(0) { $0 + $1.bytes.count }
        check(
            length <= bytes.count && (length + lines.count >= bytes.count || lines.contains { $0.isCut }),
            "none is lost")
        return lines.map(\.bytes)
    }

    private static func engineEvents(_ files: SeedFiles) -> [[UInt8]] {
        ["Fixtures/docker", "Fixtures/podman"].flatMap {
            files.files(in: $0, "events.response.json") + files.lines(in: $0, "events.response.json")
                + files.files(in: $0, "containers.response.json")
        }
            + seeds([
                #"{"status":"exec_create: /bin/sh -c x","id":"a","from":"b","time":1795233582}"#,
                #"{"Id":"a","Names":["/web"],"State":"running","Image":"b","Command":"x"}"#,
            ])
    }

    private static let lxcLines = [
        "'web1' changed state to [RUNNING]\n'web1' changed state to [FREEZING]\n'web1' changed state to [FROZEN]\n",
        "'web1' exited with status [7]\r\n", "'a' changed state to [X] b' changed state to [STOPPED]\n",
    ]

    private static let osctldLines = [
        #"{"version":"26.05"}"# + "\n" + #"{"status":true,"response":null}"# + "\n"
            + #"{"status":true,"response":[{"id":"101","pool":"tank","state":"running"}]}"# + "\n"
            + #"{"status":true,"response":{"type":"state","opts":{"pool":"tank","id":"101","state":"frozen"}}}"# + "\n"
            + #"{"status":true,"response":{"type":"ct_init_pid","opts":{"id":"101","init_pid":4711}}}"# + "\n"
            + #"{"status":true,"response":{"type":"ct_exit","opts":{"id":"101","exit_type":"reboot"}}}"#,
        #"{"version":"26.05"}"# + "\n" + #"{"status":true,"response":[]}"# + "\n"
            + #"{"status":true,"response":{"type":"ct_netif","opts":{"id":"1","action":"up","name":"eth0","veth":"v"}}}"#
            + "\n" + #"{"status":true,"response":{"type":"db","opts":{"object":"user","id":"u","action":"remove"}}}"#
            + "\n" + #"{"status":true,"response":{"type":"ct_scheduled","opts":{"id":"1","cpu_package_inuse":1}}}"#
            + "\n" + #"{"status":true,"response":{"type":"management","opts":{"id":1,"cmd":"x"}}}"#,
        #"{"status":false,"message":"osctld is shutting down"}"#,
    ]

    private static func commandOutput(_ files: SeedFiles) -> [[UInt8]] {
        files.lines(in: "Fixtures", "expected.jsonl")
            + seeds([
                #"{"type":"vm.powered-on","subject":"vm/7","guestname":"db-1","data":{"message":"db-1 is on"}}"#
                    + "\n\n"
                    + #"{"checkpoint":{"line":2}}"# + "\r\n" + #"{"type":"vm.other","data":{"text":"no end"}}"#
            ])
    }
}
