import AgentCore
import Collectors
import EventModel
import Platform

extension FuzzTarget {
    /// Cutting files into lines, and patterns of paths.
    static let following: [FuzzTarget] = [
        FuzzTarget(
            name: "line-cutter",
            seeds: { files in
                files.files(in: "Tests/LineSamples", ".log") + [[0xEF, 0xBB, 0xBF, 0, 0, 13, 10, 0, 97, 10, 32, 98]]
            }
        ) { bytes in
            let joinings: [LineJoining] = [.none, .continuation(Array("-->".utf8))]
            for joining in joinings {
                for patience in [LineCutter.Patience.waits, .joinedLinesEnd, .fileEnds] {
                    var passesOver = bytes.count % 2 == 1
                    let cut = LineCutter(limit: 64, joining: joining).cut(
                        bytes[...], isBeginning: true, passesOver: &passesOver, patience: patience)
                    check(cut.end <= bytes.count, "what was used is there")
                    check(cut.lines.allSatisfy { $0.bytes.upperBound <= cut.end }, "lines are of what was used")
                    let ordered = zip(cut.lines, cut.lines.dropFirst()).allSatisfy {
                        $0.bytes.upperBound <= $1.bytes.lowerBound
                    }
                    check(ordered, "lines come in their order, and share nothing")
                }
            }
        },
        FuzzTarget(
            name: "path-pattern",
            seeds: { _ in
                seeds([
                    "/var/log/**/[!.a-f]*.log?\n/var/log/a/b/x.log1", "*\\*[]x]*\na*]b", "**/a/**/a/**\na/a/a/b/a/a",
                    "/var/log/app-20261121.log.2.gz\n/var/log/app.log~",
                ])
            }
        ) { bytes in
            // The pattern, a line end, a path.
            let parts = bytes.split(separator: UInt8(ascii: "\n"), maxSplits: 1, omittingEmptySubsequences: false)
                .map { String(decoding: $0, as: UTF8.self) }
            _ = PathPattern(parts[0]).matches(parts.last ?? "")
            for path in parts {
                check(RotationName.core(of: path).utf8.count <= path.utf8.count * 3, "a core is a part of the name")
                check(RotationName.areRelated(path, path), "a file is its own")
            }
        },
        FuzzTarget(name: "gzip", seeds: { $0.files(in: "Fixtures/file-watch", ".gz") + [packed, packed + packed] }) {
            bytes in
            let (reader, again) = (GzipReader(), GzipReader())
            let source = { (offset: UInt64, count: Int) throws(SystemError) -> [UInt8] in
                Array(bytes.dropFirst(Int(clamping: offset)).prefix(count))
            }
            guard let all = try? reader.read(at: 0, upTo: 1 << 20, source) else { return }
            // Another place: the checkpoint may hold any.
            let place = bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) } >> UInt64(bytes.count % 64)
            for reader in [reader, again] {
                guard let piece = try? reader.read(at: place, upTo: 100, source) else { continue }
                check(
                    place >= 1 << 20 || Array(all.dropFirst(Int(place)).prefix(100)).starts(with: piece)
                        || all.count == 1 << 20, "a place holds the same, whatever was read before")
            }
        },
    ]

    /// What collectors wrote down themselves, perhaps damaged since, or of another version.
    static let checkpoints: [FuzzTarget] = [
        FuzzTarget(name: "checkpoint", seeds: checkpointSeeds) { bytes in
            for version in 0...3 {
                let checkpoint = Checkpoint(version: version, bytes: bytes)
                _ = try? VSphereCheckpoint(checkpoint)
                _ = try? ReplayPlace(checkpoint).encoded()
                goesOn(try? FollowCheckpoint(checkpoint)) { try FollowCheckpoint($0.encoded()) }
                goesOn(try? EngineReading(checkpoint, runtime: "docker")) {
                    try EngineReading($0.encoded(), runtime: "docker")
                }
                goesOn(try? OsctldReading(checkpoint)) { try OsctldReading($0.encoded()) }
                goesOn(try? KnownSet(checkpoint)) { known in
                    var known = known
                    return try KnownSet(known.encoded())
                }
                begin(after: checkpoint)
            }
        }
    ]

    private static func goesOn<Value: Equatable>(_ value: Value?, _ again: (Value) throws -> Value) {
        guard let value else { return }
        check((try? again(value)) == value, "what was read is written and read again as the same")
    }

    /// A host whose QEMU machines go on from a checkpoint: one of them runs, the others ended meanwhile.
    private static func begin(after checkpoint: Checkpoint) {
        var machines = QEMUMachines(host: "hv1")
        let life = QEMULife(bootID: "b", pid: 4711, startTicks: 90_847)
        let process = QEMUProcess(life: life, started: now, commandLine: .init(name: "web-01"))
        let begun: Void? = try? machines.begin(after: checkpoint, [process], (id: "b", time: now), at: now) { _, time in
            LibvirtEnding(time: time, reason: "saved")
        }
        guard begun != nil else { return }
        for word in ["SHUTDOWN", "RESUME", "STOP", "RESET"] {
            machines.told(QMPEvent(name: word, time: now), of: life, at: now)
        }
        checkEvents(machines.take())
        let kept = machines.checkpoint(bootID: "b", at: now)
        var again = QEMUMachines(host: "hv1")
        check((try? again.begin(after: kept, [], (id: "b", time: now), at: now)) != nil, "a checkpoint is read again")
    }

    private static func checkpointSeeds(_ files: SeedFiles) -> [[UInt8]] {
        var follow = FollowCheckpoint()
        follow.marks = ["/var/log/a.log", "/var/log/b.log"].map {
            FileMark(path: $0, object: .init(device: 1, inode: 2))
        }
        follow.marks[0].identity = FileIdentity(hash: 1, ordinal: 1)
        var machines = QEMUMachines(host: "hv1")
        let life = QEMULife(bootID: "b", pid: 4711, startTicks: 90_847)
        machines.appeared(QEMUProcess(life: life, started: now, commandLine: .init(name: "web-01")), at: now)
        return [
            FollowCheckpoint().encoded().bytes, follow.encoded().bytes, ReplayPlace().encoded().bytes,
            EngineReading(from: now).encoded().bytes, OsctldReading().encoded().bytes,
            machines.checkpoint(bootID: "b", at: now).bytes,
        ]
            + seeds([
                #"{"pass":1,"count":2,"last":"x","shift":0,"lastTime":"2026-11-21T06:18:00Z"}"#,
                #"{"last":1795235323000000000,"earliest":1,"known":[["1f",7]],"health":{"a":"healthy"},"#
                    + #""recent":{"claims":[["1f",7]],"told":[["a","started",7,true]]}}"#,
                #"{"states":{"tank/101":"RUNNING","tank/102":"FROZEN"}}"#,
                #"{"boot":"b","time":"2026-11-21T06:18:00Z","limits":["x"],"containers":[{"runtime":"lxc","id":"a","#
                    + #""pid":7,"ticks":4711,"started":"2026-11-21T06:18:00Z","cgroup":"/a","cgroupID":3,"#
                    + #""pod":{"uid":"u"},"parents":[{"runtime":"lxc","id":"b"}],"monitor":{"pid":6,"ticks":1},"#
                    + #""paused":"2026-11-21T06:18:00Z","oomKills":1,"pressed":["cpu"],"#
                    + #""interfaces":[{"index":2,"name":"eth0","up":true,"peer":"veth1"}]}]}"#,
                #"{"boot":"b","time":"2026-11-21T06:18:00Z","machines":[{"pid":4711,"ticks":90847,"status":"off","#
                    + #""started":"2026-11-21T06:18:00Z","statusTime":"2026-11-21T06:18:00Z","powerOns":1,"#
                    + #""libvirt":true,"name":"web-01","uuid":"u"}]}"#,
            ])
    }

    /// `hello`, a line end: one part of a gzip file, not packed.
    private static let packed: [UInt8] =
        [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 1, 6, 0, 0xF9, 0xFF] + Array("hello\n".utf8)
        + [0x20, 0x30, 0x3A, 0x36, 6, 0, 0, 0]
}
