import AgentCore
import AgentTestKit
import EventModel
import Foundation
import Testing

@testable import Sinks

/// Somebody who may write into the folder of an archive lays links there, to have the agent write elsewhere.
@Suite("Links laid for a file sink")
struct ArchiveLinkTests {
    private static let nobody: uid_t = 65_534
    private let folder: TemporaryFolder
    private let clock = TestClock()

    init() throws {
        folder = try TemporaryFolder()
        try Data("precious\n".utf8).write(to: URL(fileURLWithPath: folder.path(of: "victim")))
    }

    private func sink(rotate: FileSinkConfiguration.Rotation? = nil) -> FileSink {
        FileSink(
            .init(path: folder.path(of: "events.jsonl"), rotate: rotate, fsync: .batch),
            in: .conformance.with(clock: clock), onChange: {})
    }

    private func link(_ name: String, to target: String = "victim", owner: uid_t? = nil) throws {
        try #require(symlink(folder.path(of: target), folder.path(of: name)) == 0)
        if let owner { try #require(lchown(folder.path(of: name), owner, owner) == 0) }
    }

    private func isUnharmed() throws -> Bool {
        try folder.bytes(of: "victim") == Array("precious\n".utf8)
    }

    @Test("the owner's own link at the path is followed, and what belongs to the file is made beside the file")
    func own() async throws {
        try FileManager.default.createDirectory(atPath: folder.path(of: "data"), withIntermediateDirectories: false)
        try link("events.jsonl", to: "data/real.jsonl")
        let sink = sink()
        try await sink.deliver([.numbered(1)])
        await sink.stop()
        #expect(try folder.bytes(of: "data/real.jsonl").count > 0)
        #expect(FileManager.default.fileExists(atPath: folder.path(of: "data/.real.jsonl.lock")))
    }

    @Test(
        "a link of another user at the path is refused, and what it leads to stays as it is",
        .enabled(if: getuid() == 0, "only root can give a link away"))
    func foreign() async throws {
        try link("events.jsonl", owner: Self.nobody)
        let sink = sink()
        let reason = await retryReason { try await sink.deliver([.numbered(1)]) }
        #expect(reason.contains("another user's link"), "\(reason)")
        #expect(try isUnharmed())
        await sink.stop()
    }

    @Test("a link in the place of the lock is refused")
    func lock() async throws {
        try link(".events.jsonl.lock", to: "made")
        let sink = sink()
        let reason = await retryReason { try await sink.deliver([.numbered(1)]) }
        #expect(reason.contains("a link was laid there"), "\(reason)")
        #expect(!FileManager.default.fileExists(atPath: folder.path(of: "made")))
        await sink.stop()
    }

    @Test("a link laid in the place of the current file between two deliveries is refused")
    func exchanged() async throws {
        let sink = sink()
        try await sink.deliver([.numbered(1)])
        try FileManager.default.removeItem(atPath: folder.path(of: "events.jsonl"))
        try link("events.jsonl")
        let reason = await retryReason { try await sink.deliver([.numbered(2)]) }
        #expect(reason.contains("a link was laid there"), "\(reason)")
        #expect(try isUnharmed())
        await sink.stop()
    }

    @Test("a link in the place of a compression that is about to be written is removed, not followed")
    func part() throws {
        try Data("line\n".utf8).write(to: URL(fileURLWithPath: folder.path(of: "closed")))
        try link("part")
        let part = try DiskFile(folder.path(of: "part"), for: .writing)
        try part.write(Array("new".utf8))
        #expect(try isUnharmed())
        #expect(try folder.bytes(of: "part") == Array("new".utf8))
        #expect(throws: ArchiveError.self) {
            try link("closed-link", to: "closed")
            _ = try DiskFile(folder.path(of: "closed-link"), for: .reading)
        }
    }

    @Test(
        "the sqlite sink refuses a link of another user as well",
        .enabled(if: getuid() == 0, "only root can give a link away"))
    func database() async throws {
        try link("events.db", to: "elsewhere.db", owner: Self.nobody)
        let sink = SQLiteSink(SQLiteConfiguration(path: folder.path(of: "events.db")), in: .conformance)
        await #expect(throws: DeliveryError.self) { try await sink.deliver([.numbered(1)]) }
        #expect(!FileManager.default.fileExists(atPath: folder.path(of: "elsewhere.db")))
        await sink.stop()
    }
}
