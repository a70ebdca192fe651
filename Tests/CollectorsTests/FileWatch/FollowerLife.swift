import AgentCore
import AgentTestKit
import Collectors
import EventModel

/// A seeded life of a follower: writers, rotations of every style, crashes at any moment.
struct FollowerLife {
    /// One log, the file its writer has open, and what was written to it.
    struct Log {
        var path: String
        var open: ModelDisk.Inode
        /// The writer goes on in the file it has for so many steps.
        var lag = 0
        var rotations = 0
        var count = 0
        /// The beginning of a line whose rest is written later.
        var begun: [UInt8] = []
    }

    let disk = ModelDisk()
    var random: SeededGenerator
    var settings: FollowSettings
    var logs: [Log] = []
    var follower: Follower<ModelTree>
    var committed: FollowCheckpoint?
    var now = Duration.zero
    var written: [String] = []
    /// Committed lines, with their ids.
    var received: [(id: String, text: String)] = []
    var gaps: [FollowGap] = []
    let followsRotated: Bool
    /// What happened, for whoever looks into a failure.
    var story: [String] = []

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
        followsRotated = Bool.random(using: &random)
        settings = FollowSettings(patterns: [PathPattern(followsRotated ? "/logs/*" : "/logs/*.log")])
        // A file that is renamed out of the patterns is read on as long as it is open.
        settings.openLimit = followsRotated ? [1, 3, 256].randomElement(using: &random) ?? 3 : 256
        follower = Follower(settings, in: disk.tree(), after: nil)
        disk.liesAboutTimes = Bool.random(using: &random)
        for number in 0..<Int.random(in: 1...3, using: &random) {
            let path = "/logs/app\(["a", "b", "c"][number]).log"
            logs.append(Log(path: path, open: disk.create(path)))
        }
    }

    /// Lives, and comes to rest.
    mutating func run(steps: Int) {
        for _ in 0..<steps { step() }
        for index in logs.indices { endLine(index) }
        for _ in 0..<20 { cycle(advance: .seconds(1)) }
    }

    private mutating func step() {
        let index = Int.random(in: 0..<logs.count, using: &random)
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<50: write(index)
        case 50..<57: rotate(index)
        case 57..<63: copyTruncate(index)
        case 63..<67: compress(index)
        case 67..<70: replaceWhole(index)
        case 70..<73: crash()
        case 73..<76: deleteOldest(index)
        default: cycle(advance: .milliseconds(Int.random(in: 1...500, using: &random)))
        }
        reopen(index)
    }

    // MARK: Writers

    private mutating func write(_ index: Int) {
        for _ in 0..<Int.random(in: 1...8, using: &random) {
            if logs[index].begun.isEmpty {
                logs[index].count += 1
                let filling = String(repeating: "x", count: Int.random(in: 0...120, using: &random))
                logs[index].begun = Array("\(logs[index].path) \(logs[index].count) \(filling)\n".utf8)
            }
            let line = logs[index].begun
            let isWhole = Int.random(in: 0..<4, using: &random) > 0
            let part = isWhole ? line.count : Int.random(in: 1...line.count, using: &random)
            disk.append(Array(line.prefix(part)), to: logs[index].open)
            logs[index].begun.removeFirst(part)
            if part == line.count, let text = lineText(index) { written.append(text) }
        }
    }

    /// Of the last line, once it is whole.
    private func lineText(_ index: Int) -> String? {
        let bytes = logs[index].open.bytes.dropLast()
        let start = bytes.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        return String(decoding: bytes[start...], as: UTF8.self)
    }

    private mutating func endLine(_ index: Int) {
        guard !logs[index].begun.isEmpty else { return }
        disk.append(logs[index].begun, to: logs[index].open)
        logs[index].begun = []
        if let text = lineText(index) { written.append(text) }
    }

    /// The writer notices that its file was renamed.
    private mutating func reopen(_ index: Int) {
        guard let current = disk.names[logs[index].path], current !== logs[index].open else { return }
        if logs[index].lag > 0 {
            logs[index].lag -= 1
        } else {
            endLine(index)
            logs[index].open = current
        }
    }

    private mutating func isSettled(_ index: Int) -> Bool {
        disk.names[logs[index].path] === logs[index].open
    }

    // MARK: Rotations

    private mutating func rotate(_ index: Int) {
        // Nor was one that was empty whenever somebody looked.
        guard isSettled(index), followsRotated || !logs[index].open.bytes.isEmpty else { return }
        see(index)
        story.append("rotate \(logs[index].path)")
        shift(index)
        disk.rename(logs[index].path, logs[index].path + ".1")
        if Bool.random(using: &random) { cycle(advance: .milliseconds(1)) }
        disk.create(logs[index].path)
        logs[index].lag = Int.random(in: 0...3, using: &random)
        logs[index].rotations += 1
    }

    private mutating func copyTruncate(_ index: Int) {
        guard isSettled(index), !logs[index].open.bytes.isEmpty else { return }
        see(index)
        story.append("copy and truncate \(logs[index].path)")
        shift(index)
        let bytes = logs[index].open.bytes
        let copy = disk.create(logs[index].path + ".1")
        for piece in 0..<2 {
            let half = bytes.count / 2
            disk.append(Array(piece == 0 ? bytes[..<half] : bytes[half...]), to: copy)
            if Bool.random(using: &random) { cycle(advance: .milliseconds(1)) }
        }
        disk.truncate(logs[index].open)
        logs[index].rotations += 1
    }

    /// A file that came and went between two looks was never seen, one with half a line has nothing to be known by.
    private mutating func see(_ index: Int) {
        endLine(index)
        cycle(advance: .milliseconds(10), mayCrash: false)
    }

    private mutating func shift(_ index: Int) {
        let path = logs[index].path
        for number in stride(from: 8, through: 1, by: -1) {
            disk.rename("\(path).\(number)", "\(path).\(number + 1)")
            disk.rename("\(path).\(number).gz", "\(path).\(number + 1).gz")
        }
    }

    private mutating func compress(_ index: Int) {
        let path = logs[index].path + ".1"
        guard let inode = disk.names[path], inode !== logs[index].open else { return }
        story.append("compress \(path)")
        disk.create(path + ".gz", inode.bytes, isPacked: true)
        if Bool.random(using: &random) { cycle(advance: .milliseconds(1)) }
        disk.delete(path)
    }

    /// The whole file is written anew, with more in it, and put in place of the old one.
    private mutating func replaceWhole(_ index: Int) {
        guard isSettled(index) else { return }
        let old = logs[index].open
        story.append("replace \(logs[index].path)")
        logs[index].open = disk.create(logs[index].path + "~", old.bytes)
        write(index)
        disk.rename(logs[index].path + "~", logs[index].path)
    }

    private mutating func deleteOldest(_ index: Int) {
        for _ in 0..<3 { cycle(advance: .milliseconds(20), mayCrash: false) }
        story.append("delete \(logs[index].path).3 and older")
        for number in 3...9 {
            disk.delete("\(logs[index].path).\(number)")
            disk.delete("\(logs[index].path).\(number).gz")
        }
    }

    // MARK: The agent

    /// Polls and, mostly, commits.
    private mutating func cycle(advance: Duration, mayCrash: Bool = true) {
        now += advance
        follower.look(at: now)
        var rounds = 0
        repeat {
            var room = ReadRoom(lines: Int.random(in: 1...50, using: &random), bytes: 1 << 20)
            let pieces = follower.read(&room, at: now, readAt: Timestamp(nanoseconds: 0))
            if mayCrash, Int.random(in: 0..<50, using: &random) == 0 { return restart() }
            commit(pieces)
            if follower.needsLook, !mayCrash || Bool.random(using: &random) {
                now += .milliseconds(5)
                follower.look(at: now)
            }
            rounds += 1
        } while follower.hasWork || !mayCrash && follower.needsLook && rounds < 100
    }

    private mutating func commit(_ pieces: [FollowedPiece]) {
        for piece in pieces {
            switch piece {
            case .lines(let lines):
                received += lines.map { ($0.eventID, String(decoding: $0.bytes, as: UTF8.self)) }
                if let first = lines.first {
                    story.append("\(lines.count) lines of \(first.path), from \(first.eventID)")
                }
            case .gap(let gap):
                gaps.append(gap)
                story.append("\(gap)")
            case .unreadable, .ended: break
            }
        }
        committed = FollowCheckpoint.read(follower.checkpoint().encoded().bytes)
    }

    private mutating func restart() {
        story.append("restart")
        follower = Follower(settings, in: disk.tree(), after: committed)
    }

    /// Killed; some things happen before it is started again.
    private mutating func crash() {
        let index = Int.random(in: 0..<logs.count, using: &random)
        write(index)
        restart()
        now += .seconds(Int.random(in: 0...30, using: &random))
    }
}
