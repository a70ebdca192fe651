import AgentCore
import EventModel
import Platform

/// A recorded QMP session, one JSON object a line, told as if it happened: to try things out, and for fixtures.
///
/// A line is what the monitor wrote, or `{"t": SECONDS, "recv": {…}}` with the time it was read; `{"t": …, "eof":
/// true}` is the end of the machine's process, and the next line is of another life. The guest's name is the file's.
struct RecordedMonitor {
    /// No recording of one machine is larger. In bytes.
    private static let maximumBytes = 64 << 20

    private let path: String
    private let lines: [ArraySlice<UInt8>]

    init(_ path: String) throws {
        self.path = path
        lines = try File.read(path, limit: Self.maximumBytes).split(separator: UInt8(ascii: "\n"))
    }

    /// All of it, and the end.
    func batch(of host: String) throws -> Batch {
        var machines = QEMUMachines(host: host)
        var session = QMPSession()
        var life: QEMULife?
        var count: Int32 = 0
        var now = Timestamp(nanoseconds: 0)
        for line in lines {
            guard let value = try? JSONDocument(Array(line)).root.value else { continue }
            now = Self.time(of: value) ?? now
            machines.passed(now)
            if value["eof"]?.bool == true {
                if let life {
                    machines.detached(life, at: now)
                    machines.vanished(life, at: now)
                }
                (life, session) = (nil, QMPSession())
                continue
            }
            guard value["recv"] != nil || value["event"] != nil || value["QMP"] != nil else { continue }
            let known = life ?? begin(&count, &machines, at: now)
            life = known
            for output in session.receive(JSONText(value["recv"] ?? value).bytes, at: now) {
                if case .event(let event) = output { machines.told(event, of: known, at: now) }
                if case .unreadable(let text) = output { machines.toldUnreadably(text, of: known, at: now) }
            }
        }
        machines.passed(now.advanced(by: .seconds(60)))
        let events = machines.take()
        return Batch(events: events, checkpoint: machines.checkpoint(bootID: "recorded", at: now), isLast: true)
    }

    private func begin(_ count: inout Int32, _ machines: inout QEMUMachines, at now: Timestamp) -> QEMULife {
        count += 1
        let life = QEMULife(bootID: "recorded", pid: count, startTicks: 0)
        let name = path.split(separator: "/").last?.split(separator: ".").first ?? "machine"
        machines.appeared(
            QEMUProcess(life: life, started: now, commandLine: QEMUCommandLine(name: String(name))), at: now,
            isFirstLook: true)
        machines.attached(life, as: QMPIdentity(), at: now)
        return life
    }

    private static func time(of line: JSONValue) -> Timestamp? {
        if case .number(let text)? = line["t"], let seconds = Double(text), (0..<9e9).contains(seconds) {
            return Timestamp(nanoseconds: Int64(seconds * 1e6) * 1000)
        }
        return QMPEvent(line, readAt: Timestamp(nanoseconds: 0))?.time
    }
}
