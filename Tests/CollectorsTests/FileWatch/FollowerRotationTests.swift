import Collectors
import Foundation
import Testing

/// What other followers got wrong when files are renamed, copied, replaced.
@Suite("A follower and rotations")
struct FollowerRotationTests {
    @Test("a new file with the inode of a deleted one is read from its beginning, also after a restart")
    func inodeReuse() throws {
        let rig = try FollowRig()
        rig.append("one\ntwo\nthree\n", to: "a.log")
        #expect(rig.read() == ["one", "two", "three"])
        try rig.restart()
        rig.delete("a.log")
        rig.append("new one, longer than what was there before\nnew two\n", to: "a.log")
        #expect(rig.read(seconds: 3) == ["new one, longer than what was there before", "new two"])
    }

    @Test("files with the same header are told apart")
    func sameHeader() throws {
        let header = String(repeating: "# the same header\n", count: 100)
        let rig = try FollowRig()
        rig.append(header + "a1\n", to: "kern.log")
        rig.append(header + "b1\n", to: "ufw.log")
        #expect(rig.read().filter { !$0.hasPrefix("#") } == ["a1", "b1"])
        #expect(rig.lines.count == 202)
        rig.append("a2\n", to: "kern.log")
        rig.append("b2\n", to: "ufw.log")
        try rig.restart()
        #expect(rig.read() == ["a2", "b2"])
        #expect(Set(rig.lines.map(\.eventID)).count == 204)
    }

    @Test("a file with one short line is read at once")
    func small() throws {
        let rig = try FollowRig()
        rig.append("x\n", to: "a.log")
        #expect(rig.read() == ["x"])
    }

    @Test("another configuration does not make a known file unknown")
    func configuration() throws {
        let rig = try FollowRig()
        rig.append("one\n", to: "a.log")
        rig.read()
        rig.append("two\n", to: "a.log")
        try rig.restart { settings in
            settings.lineLimit = 2048
            settings.startsAtEnd = true
        }
        #expect(rig.read() == ["two"])
    }

    @Test("a rotated file that is packed is not new, whatever the pattern", arguments: ["*", "*.log"])
    func packed(pattern: String) async throws {
        let rig = try FollowRig([pattern])
        rig.append("one\ntwo\n", to: "a.log")
        #expect(rig.read() == ["one", "two"])
        rig.rename("a.log", "a.log.1")
        rig.append("three\n", to: "a.log")
        #expect(rig.read() == ["three"])
        try await rig.gzip("a.log.1")
        #expect(rig.read(seconds: 15) == [])
        try rig.restart()
        #expect(rig.read(seconds: 3) == [])
    }

    @Test("what was written, rotated and packed while the agent was off is read, once", arguments: ["*", "*.log"])
    func packedMeanwhile(pattern: String) async throws {
        let rig = try FollowRig([pattern])
        rig.append("one\n", to: "a.log")
        #expect(rig.read() == ["one"])
        try rig.restart()
        rig.append("two\nthree\n", to: "a.log")
        rig.rename("a.log", "a.log.1")
        try await rig.gzip("a.log.1")
        rig.append("four\n", to: "a.log")
        #expect(rig.read(seconds: 3).sorted() == ["four", "three", "two"])
        try rig.restart()
        #expect(rig.read(seconds: 15) == [])
        #expect(rig.gaps == [])
    }

    @Test("a rotated name that matches the pattern is not read again")
    func rotatedMatches() throws {
        let rig = try FollowRig(["*"])
        rig.append("one\n", to: "a.log")
        rig.read()
        for number in (1...3).reversed() { rig.rename("a.log.\(number)", "a.log.\(number + 1)") }
        rig.rename("a.log", "a.log.1")
        rig.append("two\n", to: "a.log")
        #expect(rig.read() == ["two"])
        try rig.restart()
        #expect(rig.read(seconds: 3) == [])
    }

    @Test("renamed while the agent was off: it goes on in the renamed file, then reads the new one")
    func renamedMeanwhile() throws {
        let rig = try FollowRig()
        rig.append("one\n", to: "a.log")
        rig.read()
        try rig.restart()
        rig.append("two\n", to: "a.log")
        rig.rename("a.log", "a.log.1")
        rig.append("three\n", to: "a.log")
        #expect(Set(rig.read(seconds: 2)) == ["two", "three"])
        #expect(rig.lines.first { $0.bytes.elementsEqual("two".utf8) }?.identity == rig.lines[0].identity)
    }

    @Test("what the writer still writes to the renamed file is read")
    func lateWriter() throws {
        let rig = try FollowRig()
        rig.append("one\n", to: "a.log")
        rig.read()
        rig.rename("a.log", "a.log.1")
        rig.append("new\n", to: "a.log")
        rig.append("late 1\n", to: "a.log.1")
        #expect(Set(rig.read()) == ["new", "late 1"])
        rig.append("late 2\n", to: "a.log.1")
        #expect(rig.read() == ["late 2"])
    }

    @Test("copied and truncated: nothing is read twice, and what was not read yet is read in the copy")
    func copyTruncate() throws {
        let rig = try FollowRig(["*"])
        rig.append("one\ntwo\n", to: "a.log")
        rig.read()
        rig.append("three\n", to: "a.log")
        rig.copy("a.log", "a.log.1")
        rig.overwrite("four\n", "a.log")
        #expect(Set(rig.read(seconds: 2)) == ["three", "four"])
        #expect(rig.read(seconds: 15) == [])
        #expect(rig.gaps == [])
    }

    @Test("a copy beside the file is not read")
    func copy() throws {
        let rig = try FollowRig(["*"])
        rig.append(String(repeating: "a line of some length\n", count: 100), to: "a.log")
        #expect(rig.read().count == 100)
        rig.copy("a.log", "a.log.1")
        #expect(rig.read(seconds: 30) == [])
        rig.append("more\n", to: "a.log")
        #expect(rig.read(seconds: 3) == ["more"])
    }

    @Test("truncated and written again beyond what was read: told as a gap, and read from the beginning")
    func regrown() throws {
        let rig = try FollowRig()
        rig.append("one\ntwo\n", to: "a.log")
        rig.read()
        rig.overwrite("three, longer\nfour, longer\n", "a.log")
        #expect(rig.read(seconds: 2) == ["three, longer", "four, longer"])
        #expect(rig.gaps.map(\.loss) == [.rewritten])
    }

    @Test("truncated and written again to the same size")
    func sameSize() throws {
        let rig = try FollowRig()
        rig.append("one\ntwo\n", to: "a.log")
        rig.read()
        rig.overwrite("six\nten\n", "a.log")
        #expect(rig.read(seconds: 2) == ["six", "ten"])
    }

    @Test("a link that is turned to another file leads on")
    func link() throws {
        let rig = try FollowRig(["current"])
        rig.append("one\n", to: "part-1")
        rig.append("two\n", to: "part-2")
        symlink("part-1", rig.path("current"))
        #expect(rig.read() == ["one"])
        symlink("part-2", rig.path("new"))
        rig.rename("new", "current")
        #expect(rig.read() == ["two"])
        rig.append("one more\n", to: "part-1")
        #expect(rig.read() == ["one more"], "the old one is read to its end")
    }

    @Test("a file that is replaced by one with more in it is read on, not again")
    func replaced() throws {
        let rig = try FollowRig()
        rig.append("one\ntwo\n", to: "a.log")
        rig.read()
        rig.append("one\ntwo\nthree\n", to: "a.new")
        rig.rename("a.new", "a.log")
        #expect(rig.read(seconds: 3) == ["three"])
        #expect(rig.gaps == [])
    }
}
