import AgentCore
import EventModel
import Foundation
import Testing

@testable import Journals

/// Somebody who may write into the folder of a journal lays links there, to have the agent write elsewhere.
@Suite("Links laid for a journal")
struct SQLiteLinkTests {
    private static let nobody: uid_t = 65_534
    private let folder = TemporaryFolder()
    private var path: String { "\(folder.path)/journal.db" }
    private var victim: String { "\(folder.path)/victim" }

    init() throws {
        try Data("precious\n".utf8).write(to: URL(fileURLWithPath: victim))
    }

    private func open() async throws {
        let journal = try await SQLiteJournal(.init(path: path), policy: .init(), clock: .frozen)
        _ = try await journal.commit([.test(1)], checkpoint: nil, of: "one")
        try await journal.close()
    }

    private func link(_ suffix: String, to target: String, owner: uid_t? = nil) throws {
        try #require(symlink(target, path + suffix) == 0)
        if let owner { try #require(lchown(path + suffix, owner, owner) == 0) }
    }

    @Test("the owner's own link is followed")
    func own() async throws {
        try link("", to: "real.db")
        try await open()
        #expect(FileManager.default.fileExists(atPath: "\(folder.path)/real.db"))
    }

    @Test("a link of another user is refused", .enabled(if: getuid() == 0, "only root can give a link away"))
    func foreign() async throws {
        try link("", to: "\(folder.path)/made.db", owner: Self.nobody)
        let error = await journalError { try await open() }
        #expect("\(try #require(error))".contains("follow another user's link"))
        #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/made.db"))
    }

    @Test(
        "a link in the place of one of its companions is refused, and what it leads to stays as it is",
        arguments: [".lock", "-wal", "-shm"])
    func companions(suffix: String) async throws {
        try link(suffix, to: victim)
        // SQLite removes the companion of an empty database itself, which harms nobody either.
        let error = await journalError { try await open() }
        #expect(error != nil || suffix == "-wal")
        #expect(FileManager.default.contents(atPath: victim) == Data("precious\n".utf8))
    }
}
