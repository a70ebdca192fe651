import Collectors
import EventModel

extension FuzzTarget {
    /// What monitors of machines say, and libvirt's files.
    static let machines: [FuzzTarget] = [
        FuzzTarget(name: "qmp", seeds: conversations) { bytes in
            var (whole, parts) = (QMPSession(), QMPSession())
            let outputs = whole.receive(bytes, at: now)
            // As a socket has it: in pieces, of a size the conversation itself tells.
            let size = max(1, Int(bytes.first ?? 1))
            let pieces = stride(from: 0, to: bytes.count, by: size).flatMap {
                parts.receive(bytes[$0..<min($0 + size, bytes.count)], at: now)
            }
            check(outputs == pieces, "it does not matter in which pieces a conversation comes")
            tell(outputs + whole.letGo())
        },
        FuzzTarget(
            name: "libvirt-status",
            seeds: {
                $0.files(in: "Tests/CollectorsTests/QEMU/Recorded", ".xml") + $0.files(in: "Fixtures/qemu", ".xml")
            }
        ) { bytes in
            guard let status = LibvirtStatus(bytes) else { return }
            check(status.pid > 0, "a machine that runs has a process")
            var machines = host()
            machines.libvirtTold(status, of: life, at: now)
            checkEvents(machines.take())
        },
    ]

    private static let life = QEMULife(bootID: "6f0c9d12", pid: 4711, startTicks: 90_847)

    /// A host with one machine.
    private static func host() -> QEMUMachines {
        var machines = QEMUMachines(host: "hv1")
        machines.appeared(
            QEMUProcess(life: life, started: now.advanced(by: .seconds(-60)), commandLine: .init(name: "web-01")),
            at: now)
        return machines
    }

    private static func tell(_ outputs: [QMPSession.Output]) {
        var machines = host()
        for output in outputs {
            switch output {
            case .attached(let identity): machines.attached(life, as: identity, at: now)
            case .event(let event): machines.told(event, of: life, at: now)
            case .unreadable(let text): machines.toldUnreadably(text, of: life, at: now)
            case .refused: machines.detached(life, at: now)
            case .send(let line): check((try? JSONDocument(line)) != nil, "what is said to a monitor is JSON")
            }
        }
        machines.vanished(life, at: now)
        checkEvents(machines.take())
    }

    /// What a monitor wrote in recorded conversations: all at once, and each thing alone behind a greeting.
    private static func conversations(_ files: SeedFiles) -> [[UInt8]] {
        let folders = ["Tests/CollectorsTests/QEMU/Recorded", "Fixtures/qemu/session/input"]
        let said = folders.flatMap { files.lines(in: $0, ".jsonl") }.compactMap { line in
            (try? JSONDocument(line).root.value["recv"]).map { Array(JSONText($0).bytes) }
        }
        let greeting = seeds([#"{"QMP": {}} {"return": {}, "id": "gw-capabilities"}"#])[0]
        let identity = seeds([
            #"{"id":"gw-name","return":{"name":"web-01"}}{"id":"gw-status","return":{"status":"running"}}"#,
            #"{"event":"JOB_STATUS_CHANGE","data":{"status":"concluded","id":"s1"}}{"event":"RESUME"}"#
                + #"{"id":"gw-jobs","return":[{"id":"s0"},{"id":"s1","type":"snapshot-save"}]}"#,
        ])
        return [greeting + said.joined()] + (said + identity).map { greeting + $0 }
    }
}
