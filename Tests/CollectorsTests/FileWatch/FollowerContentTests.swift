import AgentCore
import AgentTestKit
import Collectors
import EventModel
import Foundation
import Testing

/// What stands in the files, and files that come and go.
@Suite("A follower and what is in the files")
struct FollowerContentTests {
    @Test("from the end: only what comes after the first look, beginning with a whole line; new files as a whole")
    func startsAtEnd() throws {
        let rig = try FollowRig { $0.startsAtEnd = true }
        rig.append("old\nhalf a l", to: "a.log")
        #expect(rig.read() == [])
        rig.append("ine\nnew\n", to: "a.log")
        rig.append("first\n", to: "b.log")
        #expect(rig.read() == ["half a line", "new", "first"])
    }

    @Test("from the end, with the agent off before anything was written: nothing is passed over")
    func startsAtEndOnce() throws {
        let rig = try FollowRig { $0.startsAtEnd = true }
        rig.append("old\n", to: "a.log")
        rig.read()
        rig.append("new\n", to: "a.log")
        rig.append("first\n", to: "b.log")
        try rig.restart()
        #expect(rig.read() == ["new", "first"])
    }

    @Test("half a line waits for its rest, and is handed out when the file is gone for good")
    func partial() throws {
        let rig = try FollowRig()
        rig.append("one\ntw", to: "a.log")
        #expect(rig.read(seconds: 30) == ["one"])
        rig.append("o\nthr", to: "a.log")
        #expect(rig.read() == ["two"])
        rig.delete("a.log")
        #expect(rig.read(seconds: 9) == [])
        #expect(rig.read(seconds: 5) == ["thr"])
        #expect(rig.follower.counts == (0, 0), "nothing is left open")
    }

    @Test("bytes made by preallocation, and by writing on behind a truncation, are no part of a line")
    func zeros() throws {
        let rig = try FollowRig()
        let zeros = String(repeating: "\0", count: 700_000)
        rig.append("one\n" + zeros, to: "a.log")
        #expect(rig.read(seconds: 2) == ["one"])
        rig.append("two\n", to: "a.log")
        #expect(rig.read(seconds: 2) == ["two"])
        rig.append(zeros + "three\nfour\n", to: "b.log")
        #expect(rig.read(seconds: 2) == ["three", "four"])
    }

    @Test("a line longer than the limit is cut and marked, its rest passed over, also by a restart in the midst of it")
    func longLine() throws {
        let rig = try FollowRig { $0.lineLimit = 1024 }
        rig.append(String(repeating: "x", count: 600_000), to: "a.log")
        #expect(rig.read().map(\.count) == [1024])
        #expect(rig.lines[0].isTruncated)
        try rig.restart()
        rig.append("rest\nshort\n", to: "a.log")
        #expect(rig.read() == ["short"])
    }

    @Test("lines that belong together are one, handed out when the next begins or after a while")
    func multiline() throws {
        let rig = try FollowRig { settings in
            settings.joining = .continuation(Array("--> ".utf8))
            settings.joinTimeout = .seconds(2)
        }
        rig.append("a\n--> b\n--> c\nd\n", to: "a.log")
        #expect(rig.read() == ["a\n--> b\n--> c"])
        #expect(rig.read(seconds: 4) == ["d"])
        rig.append("--> late\ne\n--> f\n", to: "a.log")
        try rig.restart()
        #expect(rig.read(seconds: 5) == ["--> late", "e\n--> f"])
    }

    @Test("a file that vanished and comes back, and one whose folder was removed and made again, is followed")
    func comesBack() throws {
        let rig = try FollowRig(["*.log", "sub/*.log"])
        rig.append("one\n", to: "a.log")
        try FileManager.default.createDirectory(atPath: rig.path("sub"), withIntermediateDirectories: false)
        rig.append("two\n", to: "sub/b.log")
        #expect(rig.read() == ["one", "two"])
        for round in 0..<3 {
            rig.delete("a.log")
            rig.delete("sub")
            #expect(rig.read(seconds: 3) == [])
            rig.append("again \(round)\n", to: "a.log")
            try FileManager.default.createDirectory(atPath: rig.path("sub"), withIntermediateDirectories: false)
            rig.append("sub \(round)\n", to: "sub/b.log")
            #expect(rig.read(seconds: 2) == ["again \(round)", "sub \(round)"])
        }
    }

    @Test("a file that went while the agent was off is told as a gap")
    func goneMeanwhile() throws {
        let rig = try FollowRig()
        rig.append("one\n", to: "a.log")
        rig.read()
        try rig.restart()
        rig.delete("a.log")
        rig.read(seconds: 3)
        #expect(rig.gaps.map(\.loss) == [.gone])
    }

    @Test("a damaged packed file is read as far as it goes, and told")
    func damaged() async throws {
        let rig = try FollowRig(["*"])
        let lines = (0..<100_000).map { "line \($0 * 7919 % 100_003)" }
        rig.append(lines.joined(separator: "\n") + "\n", to: "a.log")
        try await rig.gzip("a.log")
        var bytes = try #require(TestFile.read(rig.path("a.log.gz")))
        for place in bytes.count / 2..<bytes.count / 2 + 64 { bytes[place] ^= 0x5A }
        try #require(TestFile.write(bytes, to: rig.path("a.log.gz")))
        let read = rig.read(seconds: 3)
        #expect(read.count > 1000 && read.count < 100_000)
        #expect(rig.gaps.count == 1)
    }

    @Test("a file that may not be read is told once, and read when it may be")
    func denied() throws {
        let disk = ModelDisk()
        disk.create("/logs/a.log", Array("one\n".utf8))
        disk.denied = ["/logs/a.log"]
        let follower = Follower(
            FollowSettings(patterns: [PathPattern("/logs/*.log")]), in: disk.tree(), after: nil)
        var (told, lines) = (0, 0)
        for second in 1...6 {
            if second == 4 { disk.denied = [] }
            follower.look(at: .seconds(second))
            var room = ReadRoom(lines: 10, bytes: 1000)
            for piece in follower.read(&room, at: .seconds(second), readAt: .init(nanoseconds: 0)) {
                if case .unreadable = piece { told += 1 }
                if case .lines(let new) = piece { lines += new.count }
            }
        }
        #expect(told == 1)
        #expect(lines == 1)
    }

    @Test("ten thousand files are followed with few of them open, and stored in less than a megabyte")
    func tenThousand() throws {
        let disk = ModelDisk()
        var settings = FollowSettings(patterns: [PathPattern("/logs/*.log")])
        settings.openLimit = 64
        for number in 0..<10_000 { disk.create("/logs/\(number).log", Array("line \(number)\n".utf8)) }
        let follower = Follower(settings, in: disk.tree(), after: nil)
        #expect(read(follower, at: 1).count == 10_000)
        #expect(follower.counts.open <= 65)
        let stored = follower.checkpoint().encoded()
        #expect(stored.bytes.count < 1 << 20)
        let again = Follower(settings, in: disk.tree(), after: try FollowCheckpoint(stored))
        #expect(read(again, at: 2) == [])
        #expect(again.counts.open <= 65)
        try disk.append(Array("more\n".utf8), to: #require(disk.inode(at: "/logs/77.log")))
        #expect(read(again, at: 3) == ["more"])
    }

    /// What a follower finds in one look.
    private func read(_ follower: Follower<ModelTree>, at second: Int) -> [String] {
        follower.look(at: .seconds(second))
        var lines: [String] = []
        while follower.hasWork {
            var room = ReadRoom(lines: 1000, bytes: 1 << 20)
            for case .lines(let new) in follower.read(&room, at: .seconds(second), readAt: Timestamp(nanoseconds: 0)) {
                lines += new.map { String(decoding: $0.bytes, as: UTF8.self) }
            }
        }
        return lines
    }
}
