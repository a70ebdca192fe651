import AgentCore
import AgentTestKit
import Collectors
import EventModel
import Foundation

/// A follower over real files in a folder of its own, whose time passes by the second.
final class FollowRig {
    let folder: TemporaryDirectory
    var settings: FollowSettings
    private(set) var follower: Follower<LinuxFileTree>
    private(set) var now = Duration.zero
    private(set) var gaps: [FollowGap] = []
    private(set) var unreadable: [UnreadableFile] = []
    private(set) var lines: [FollowedLine] = []

    init(_ patterns: [String] = ["*.log"], change: (inout FollowSettings) -> Void = { _ in }) throws {
        folder = try TemporaryDirectory("follow")
        settings = FollowSettings(patterns: patterns.map { [folder] in PathPattern(folder.path($0)) })
        change(&settings)
        follower = Follower(settings, in: LinuxFileTree(), after: nil)
    }

    func path(_ name: String) -> String { folder.path(name) }

    /// Ends the agent and starts it again, from what it stored.
    func restart(change: (inout FollowSettings) -> Void = { _ in }) throws {
        change(&settings)
        let stored = try FollowCheckpoint(follower.checkpoint().encoded())
        follower = Follower(settings, in: LinuxFileTree(), after: stored)
    }

    func append(_ text: String, to name: String) {
        let path = path(name)
        if !TestFile.exists(path) { _ = TestFile.write([], to: path) }
        guard let file = FileHandle(forWritingAtPath: path) else { return }
        file.seekToEndOfFile()
        file.write(Data(text.utf8))
        try? file.close()
    }

    func overwrite(_ text: String, _ name: String) {
        guard let file = FileHandle(forWritingAtPath: path(name)) else { return }
        try? file.truncate(atOffset: 0)
        file.write(Data(text.utf8))
        try? file.close()
    }

    func rename(_ from: String, _ to: String) { _ = Glibc.rename(path(from), path(to)) }
    func delete(_ name: String) { try? FileManager.default.removeItem(atPath: path(name)) }
    func copy(_ from: String, _ to: String) { try? FileManager.default.copyItem(atPath: path(from), toPath: path(to)) }

    /// Packs a file as gzip(1) does.
    func gzip(_ name: String) async throws {
        let process = try ChildProcess(.init("/bin/gzip", [path(name)]))
        _ = try await process.waitForExit()
    }

    /// What is new, after as many looks as it wants.
    @discardableResult
    func read(seconds: Int = 1) -> [String] {
        var new: [FollowedLine] = []
        for _ in 0..<seconds {
            now += .seconds(1)
            var looks = 0
            repeat {
                follower.look(at: now)
                looks += 1
                repeat { new += piece() } while follower.hasWork
            } while follower.needsLook && looks < 10
        }
        lines += new
        return new.map { String(decoding: $0.bytes, as: UTF8.self) }
    }

    private func piece() -> [FollowedLine] {
        var room = ReadRoom(lines: 100, bytes: 1 << 20)
        var new: [FollowedLine] = []
        for piece in follower.read(&room, at: now, readAt: Timestamp(nanoseconds: 0)) {
            switch piece {
            case .lines(let lines): new += lines
            case .gap(let gap): gaps.append(gap)
            case .unreadable(let file): unreadable.append(file)
            case .ended: break
            }
        }
        return new
    }
}
