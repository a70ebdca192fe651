import AgentCore
import Collectors

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
        }
    ]

    /// What collectors wrote down themselves, perhaps damaged since, or of another version.
    static let checkpoints: [FuzzTarget] = [
        FuzzTarget(name: "checkpoint", seeds: checkpointSeeds) { bytes in
            for version in 0...3 {
                let checkpoint = Checkpoint(version: version, bytes: bytes)
                _ = try? VSphereCheckpoint(checkpoint)
                _ = try? FollowCheckpoint(checkpoint).encoded()
                _ = try? ReplayPlace(checkpoint).encoded()
            }
        }
    ]

    private static func checkpointSeeds(_ files: SeedFiles) -> [[UInt8]] {
        [
            FollowCheckpoint().encoded().bytes, ReplayPlace().encoded().bytes,
            Array(#"{"pass":1,"count":2,"last":"x","shift":0,"lastTime":"2026-11-21T06:18:00Z"}"#.utf8),
        ]
    }
}
