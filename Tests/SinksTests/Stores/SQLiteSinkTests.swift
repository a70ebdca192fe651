import AgentCore
import AgentTestKit
import EventModel
import Foundation
import Testing

@testable import Sinks

@Suite("The sqlite sink") struct SQLiteSinkTests {
    private static func sequences(_ path: String) throws -> [UInt64] {
        let file = try SQLiteFile(path: path, busyTimeout: .seconds(5))
        let query = try file.prepare("SELECT sequence FROM events ORDER BY number")
        var found: [UInt64] = []
        while try query.next() { found.append(UInt64(bitPattern: query.integer(0))) }
        return found
    }

    @Test("keeps the promises of a sink", arguments: SinkPromise.allCases)
    func conformance(promise: SinkPromise) async throws {
        let folder = try TemporaryFolder()
        let path = folder.path(of: "events.db")
        let blocker = try SQLiteBlocker()
        try await SinkConformance(
            repeats: .removed,
            start: { SQLiteSink(.init(path: path, busyTimeout: .milliseconds(20)), in: $0) },
            delivered: { try Self.sequences(path) },
            breakDestination: { try await blocker.lock(path) },
            mendDestination: { try await blocker.release() }
        ).check(promise)
    }

    @Test("a row has the event's attributes and its JSON as it is, and sqlite3(1) can read it meanwhile")
    func columns() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path(of: "new/folder/events.db")
        let sink = SQLiteSink(.init(path: path), in: .conformance)
        let guest = Guest(kind: .vm, id: "vm-7", name: "a\u{0}b\tü", host: nil)
        let data = #"{"text":"zero \u0000"}"#
        let entry = Entry.made(7, id: "e\"1", at: "2026-11-21T06:18:00.5Z", guest: guest, data: data)
        try await sink.deliver([entry, .made(8, at: "2026-11-21T06:18:00Z")])
        let file = try SQLiteFile(path: path, busyTimeout: .seconds(5))
        let query = try file.prepare(
            """
            SELECT number, time, source, id, journal, sequence, type, severity, subject, guest_name, event,
            guest_host IS NULL FROM events ORDER BY time DESC
            """)
        #expect(try query.next())
        #expect(
            (0...10).map { query.text($0) } == [
                "1", "2026-11-21T06:18:00.500000000Z", "test://stores", "e\"1", "k3j2h1g0f9d8", "7", "vm.powered-on",
                "info", "vm/vm-7", "a\u{0}b\tü", String(decoding: entry.body, as: UTF8.self),
            ])
        #expect(query.integer(11) == 1)
        #expect(try query.next())
        #expect(query.text(1) == "2026-11-21T06:18:00.000000000Z")
        await sink.stop()
    }

    @Test("a reader that keeps its transaction open holds up no delivery")
    func reader() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path(of: "events.db")
        let sink = SQLiteSink(.init(path: path, busyTimeout: .zero), in: .conformance)
        try await sink.deliver([.made(1)])
        let reader = try SQLiteFile(path: path, busyTimeout: .zero)
        try reader.execute("BEGIN")
        #expect(try reader.integer("SELECT count(*) FROM events") == 1)
        for sequence in 2...200 as ClosedRange<UInt64> { try await sink.deliver([.made(sequence)]) }
        #expect(try reader.integer("SELECT count(*) FROM events") == 1)
        try reader.execute("COMMIT")
        #expect(try reader.integer("SELECT count(*) FROM events") == 200)
        await sink.stop()
    }

    @Test("retention by count and by age removes the oldest, and what is too old is not stored")
    func retention() async throws {
        let folder = try TemporaryFolder()
        let clock = TestClock("2026-11-21T06:00:00Z")
        let path = folder.path(of: "events.db")
        let retention = SQLiteConfiguration.Retention(age: .seconds(3600), events: 3)
        let sink = SQLiteSink(.init(path: path, retention: retention), in: .conformance.with(clock: clock))
        try await sink.deliver([.made(1, at: "2026-11-21T05:30:00Z"), .made(2, at: "2026-11-21T04:59:00Z")])
        #expect(try Self.sequences(path) == [1])
        try await sink.deliver((3...6).map { .made($0, at: "2026-11-21T05:59:00Z") })
        #expect(try Self.sequences(path) == [4, 5, 6])
        clock.advance(by: .seconds(3600))
        try await sink.deliver([.made(7, at: "2026-11-21T06:59:00Z")])
        #expect(try Self.sequences(path) == [7])
        await sink.stop()
    }

    @Test("a damaged database and one of another program are held, with what to do; a new path goes on")
    func damaged() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path(of: "events.db")
        let sink = SQLiteSink(.init(path: path), in: .conformance)
        try await sink.deliver(Entry.numbered(1...2000))
        await sink.stop()
        var bytes = try folder.bytes(of: "events.db")
        #expect(try folder.names == ["events.db"], "the log was not taken in")
        for index in 4096..<bytes.count { bytes[index] ^= 0x5A }
        try folder.write(bytes, to: "events.db")
        let damaged = await heldReason { try await sink.deliver(Entry.numbered(2001...4000)) }
        #expect(damaged.hasPrefix("cannot write to \"\(path)\": it is damaged"), "\(damaged)")
        try folder.write(Array("this is no database, and never was one; it only looks long enough".utf8), to: "no.db")
        let other = SQLiteSink(.init(path: folder.path(of: "no.db")), in: .conformance)
        let none = await heldReason { try await other.deliver([.made(1)]) }
        #expect(none.contains("file is not a database; give \"path\" another file"), "\(none)")
        try SQLiteFile(path: folder.path(of: "foreign.db"), busyTimeout: .zero).execute("CREATE TABLE events (a)")
        let third = SQLiteSink(.init(path: folder.path(of: "foreign.db")), in: .conformance)
        let foreign = await heldReason { try await third.deliver([.made(1)]) }
        #expect(foreign.contains("it is the database of another program"), "\(foreign)")
        // Moved away, as the text advises, a new one is begun, under a sink that runs.
        try FileManager.default.moveItem(atPath: path, toPath: path + ".damaged")
        for tail in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + tail) }
        try await sink.deliver([.made(1)])
        #expect(try Self.sequences(path) == [1])
        for sink in [sink, other, third] { await sink.stop() }
    }

    @Test("a database removed under the sink is noticed, and begun anew")
    func moved() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path(of: "events.db")
        let sink = SQLiteSink(.init(path: path), in: .conformance)
        try await sink.deliver([.made(1)])
        for tail in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + tail) }
        try await sink.deliver([.made(2)])
        #expect(try Self.sequences(path) == [2])
        await sink.stop()
    }

    @Test("a folder that may not be written to is held", .enabled(if: getuid() != 0, "root may write anywhere"))
    func rights() async throws {
        let folder = try TemporaryFolder()
        chmod(folder.path, 0o555)
        let sink = SQLiteSink(.init(path: folder.path(of: "events.db")), in: .conformance)
        #expect(await heldReason { try await sink.deliver([.made(1)]) }.contains("Permission denied"))
        chmod(folder.path, 0o755)
    }

    @Test("an entry that is no event is rejected, the others are stored")
    func foreignEntry() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path(of: "events.db")
        let sink = SQLiteSink(.init(path: path), in: .conformance)
        let foreign = Entry(sequence: 2, type: "vm.powered-on", severity: .info, body: Array(#"{"id":"#.utf8)[...])
        let letters = try await deliverInHalves([.made(1), foreign, .made(3)], to: sink)
        #expect(letters == [2: EventColumns.missing])
        #expect(try Self.sequences(path) == [1, 3])
        await sink.stop()
    }

    @Test("on a full disk nothing half stays, and deliveries go on when there is room", .enabled(if: getuid() == 0))
    func diskFull() async throws {
        let folder = try TemporaryFolder()
        guard mount("none", folder.path, "tmpfs", 0, "size=512k") == 0 else {
            return print("skipped: no tmpfs may be mounted here")
        }
        defer { umount2(folder.path, 2) }
        let path = folder.path(of: "events.db")
        let sink = SQLiteSink(.init(path: path), in: .conformance)
        try await sink.deliver(Entry.numbered(1...10))
        try folder.write(repeatElement(0, count: 300 << 10), to: "ballast")
        for _ in 1...3 {
            let reason = await retryReason { try await sink.deliver(Entry.numbered(11...400)) }
            #expect(reason.hasPrefix("disk full: cannot write to \"\(path)\""), "\(reason)")
            #expect(try Self.sequences(path) == Array(1...10))
        }
        try folder.remove("ballast")
        try await sink.deliver(Entry.numbered(11...200))
        await sink.stop()
        #expect(try Self.sequences(path) == Array(1...200))
    }

    @Test(
        "what cannot work is a problem",
        arguments: [
            (#"{ "path": "a", "retention": {} }"#, "\"age\" or \"events\" is missing"),
            (#"{ "path": "a", "busyTimeout": "2m" }"#, "longer than a minute"),
            (#"{ }"#, "\"path\" is missing"),
        ])
    func problem(text: String, problem: String) {
        let found = problems(text, of: SQLiteConfiguration.self)
        #expect(found.count == 1 && found[0].contains(problem), "\(found)")
    }
}

/// Another program that writes to a database and does not end.
private actor SQLiteBlocker {
    private var file: SQLiteFile?

    init() throws {}

    func lock(_ path: String) throws {
        let opened = try SQLiteFile(path: path, busyTimeout: .seconds(1))
        try opened.execute("BEGIN IMMEDIATE")
        file = opened
    }

    func release() throws {
        file = nil
    }
}
