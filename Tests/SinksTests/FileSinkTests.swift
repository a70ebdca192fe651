import AgentCore
import AgentTestKit
import EventModel
import Foundation
import Testing

@testable import Sinks

@Suite struct FileSinkTests {
    private let folder: TemporaryFolder
    private let archive: ArchiveFolder
    private let clock = TestClock()

    init() throws {
        folder = try TemporaryFolder()
        archive = ArchiveFolder(folder: folder)
    }

    private func sink(
        at name: String = "events.jsonl", rotate: FileSinkConfiguration.Rotation? = nil,
        fsync: FileSinkConfiguration.Fsync = .batch
    ) -> FileSink {
        FileSink(
            .init(path: folder.path(of: name), rotate: rotate, fsync: fsync), in: .conformance.with(clock: clock),
            onChange: {})
    }

    private func reason(_ deliver: () async throws -> Void) async -> String {
        await retryReason(deliver).replacingOccurrences(of: folder.path, with: "/archive")
    }

    @Test("a line is the event as CloudEvents JSON, with sequence and journal in front")
    func line() async throws {
        let sink = sink()
        try await sink.deliver([.numbered(7)])
        await sink.stop()
        let line = String(decoding: try folder.bytes(of: "events.jsonl"), as: UTF8.self)
        #expect(
            line.hasPrefix(
                #"{"sequence":"00000000000000000007","journal":"k3j2h1g0f9d8","specversion":"1.0","id":"event-7","#))
        #expect(line.hasSuffix("}\n"))
    }

    @Test("the file can be read by its group and by nobody else; missing folders are made")
    func mode() async throws {
        let sink = sink(at: "a/b/events.jsonl")
        try await sink.deliver([.numbered(1)])
        await sink.stop()
        let attributes = try FileManager.default.attributesOfItem(atPath: folder.path(of: "a/b/events.jsonl"))
        #expect((attributes[.posixPermissions] as? Int ?? 0) & ~0o640 == 0)
    }

    @Test("a file moved away, deleted, replaced or emptied from outside is noticed, and nothing comes twice")
    func outside() async throws {
        let sink = sink()
        let path = folder.path(of: "events.jsonl")
        try await sink.deliver(Entry.numbered(1...2))
        try FileManager.default.moveItem(atPath: path, toPath: path + ".1")
        try await sink.deliver(Entry.numbered(2...4))
        #expect(try archive.sequences() == [3, 4])
        try folder.remove("events.jsonl")
        try await sink.deliver(Entry.numbered(4...5))
        #expect(try archive.sequences() == [5])
        #expect(truncate(path, 0) == 0)
        try await sink.deliver(Entry.numbered(5...6))
        #expect(try archive.sequences() == [6])
        try folder.remove("events.jsonl")
        try FileManager.default.moveItem(atPath: path + ".1", toPath: path)
        try await sink.deliver(Entry.numbered(6...7))
        #expect(try archive.sequences() == [1, 2, 7])
        await sink.stop()
    }

    @Test("half a line that somebody else left is cut off before the next delivery")
    func halfLine() async throws {
        let sink = sink()
        try await sink.deliver([.numbered(1)])
        let whole = try folder.bytes(of: "events.jsonl")
        try folder.write(whole + whole.dropLast(20), to: "events.jsonl")
        try await sink.deliver([.numbered(2)])
        await sink.stop()
        #expect(try archive.sequences() == [1, 2])
    }

    @Test("two sinks on one file: the second says so, and goes on when the first has stopped")
    func lock() async throws {
        let (first, second) = (sink(), sink())
        try await first.deliver([.numbered(1)])
        let reason = await reason { try await second.deliver([.numbered(2)]) }
        #expect(
            reason == #""/archive/events.jsonl" is being written by another agent or sink; give each a path of its own"#
        )
        await first.stop()
        try await second.deliver([.numbered(2)])
        await second.stop()
        #expect(try archive.sequences() == [1, 2])
    }

    @Test("a file that no file sink wrote is left as it is")
    func foreign() async throws {
        try folder.write("root:x:0:0\nbin:x".utf8, to: "events.jsonl")
        let sink = sink()
        let reason = await reason { try await sink.deliver([.numbered(1)]) }
        await sink.stop()
        #expect(
            reason
                == #""/archive/events.jsonl" holds lines that no file sink wrote; move it away, or choose another path"#
        )
        #expect(try folder.bytes(of: "events.jsonl") == Array("root:x:0:0\nbin:x".utf8))
    }

    @Test("what stands in the way is named, with the remedy")
    func errors() async throws {
        try FileManager.default.createDirectory(
            atPath: folder.path(of: "events.jsonl"), withIntermediateDirectories: false)
        let isFolder = await reason { try await sink().deliver([.numbered(1)]) }
        #expect(
            isFolder == #"cannot open "/archive/events.jsonl": Is a directory; choose the path of a file in a folder"#)
        try folder.write([], to: "file")
        let inFile = await reason { try await sink(at: "file/events.jsonl").deliver([.numbered(1)]) }
        #expect(
            inFile
                == #"cannot open "/archive/file/.events.jsonl.lock": Not a directory; choose the path of a file in a folder"#
        )
        #expect(mkfifo(folder.path(of: "pipe"), 0o600) == 0)
        let isPipe = await reason { try await sink(at: "pipe").deliver([.numbered(1)]) }
        #expect(isPipe == #""/archive/pipe" is not a regular file; choose another path"#)
        #expect(
            ArchiveError.failed("open", "/x", code: EACCES).description
                == #"cannot open "/x": Permission denied; let the agent's user write there, or choose another path"#)
    }

    @Test("a file is closed by age, by the clock that is handed in")
    func age() async throws {
        let sink = sink(rotate: .init(age: .seconds(60), compress: false))
        try await sink.deliver([.numbered(1)])
        clock.advance(by: .seconds(59))
        try await sink.deliver([.numbered(2)])
        #expect(try archive.closed().isEmpty)
        clock.advance(by: .seconds(1))
        try await sink.deliver([.numbered(3)])
        await sink.stop()
        #expect(try archive.closed().map(\.last.sequence) == [2])
        #expect(try archive.sequences() == [1, 2, 3])
    }

    @Test("after a restart a file is as old as its first event")
    func ageAfterRestart() async throws {
        let first = sink(rotate: .init(age: .seconds(3600), compress: false))
        try await first.deliver([.numbered(1)])
        await first.stop()
        clock.advance(by: .seconds(7200))
        let second = sink(rotate: .init(age: .seconds(3600), compress: false))
        try await second.deliver([.numbered(2)])
        await second.stop()
        #expect(try archive.closed().map(\.last.sequence) == [1])
    }

    @Test("only as many closed files as configured are kept: the newest")
    func keep() async throws {
        let sink = sink(rotate: .init(bytes: 1, keep: 3))
        for sequence in 1...9 as ClosedRange<UInt64> {
            try await sink.deliver([.numbered(sequence)])
            clock.advance(by: .seconds(1))
        }
        #expect(try await eventually { try archive.closed().allSatisfy(\.isCompressed) })
        await sink.stop()
        #expect(try archive.closed().map(\.last.sequence) == [6, 7, 8])
        #expect(try archive.sequences() == [6, 7, 8, 9])
    }

    @Test("a symbolic link is followed: closed files stand beside the file itself")
    func link() async throws {
        let elsewhere = try TemporaryFolder()
        try elsewhere.write([], to: "real.jsonl")
        try FileManager.default.createSymbolicLink(
            atPath: folder.path(of: "events.jsonl"), withDestinationPath: elsewhere.path(of: "real.jsonl"))
        let sink = sink(rotate: .init(bytes: 1, compress: false))
        try await sink.deliver([.numbered(1)])
        try await sink.deliver([.numbered(2)])
        await sink.stop()
        #expect(try ArchiveFolder(folder: elsewhere, current: "real.jsonl").sequences() == [1, 2])
    }

    @Test("deliveries go on while a large closed file is compressed")
    func compressing() async throws {
        let sink = sink(rotate: .init(bytes: 16 << 20), fsync: .never)
        try await sink.deliver((1...16).map { .numbered($0, dataBytes: 1 << 20) })
        for sequence in 17...100 as ClosedRange<UInt64> { try await sink.deliver([.numbered(sequence)]) }
        #expect(try await eventually { try archive.closed().contains(where: \.isCompressed) })
        await sink.stop()
        #expect(try archive.sequences() == Array(1...100))
    }

    @Test("a stop in the middle of a compression leaves it to the next start")
    func stopped() async throws {
        let first = sink(rotate: .init(bytes: 16 << 20), fsync: .never)
        try await first.deliver((1...16).map { .numbered($0, dataBytes: 1 << 20) })
        try await first.deliver([.numbered(17)])
        await first.stop()
        let second = sink(rotate: .init(bytes: 16 << 20), fsync: .never)
        try await second.deliver([.numbered(18)])
        #expect(try await eventually { try archive.closed().allSatisfy(\.isCompressed) })
        await second.stop()
        #expect(try archive.sequences() == Array(1...18))
        #expect(try folder.names.allSatisfy { !$0.hasSuffix(".part") })
    }
}
