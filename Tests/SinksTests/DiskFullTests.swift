import AgentCore
import AgentTestKit
import Foundation
import Testing

@testable import Sinks

/// A disk that is really full: a small tmpfs, which only root may mount.
@Suite(.enabled(if: getuid() == 0, "mounting a small tmpfs takes root")) struct DiskFullTests {
    /// A tmpfs of 256 KiB, unmounted with its last reference; nil where the system does not let us mount.
    private final class SmallDisk {
        let folder: TemporaryFolder

        init?() throws {
            folder = try TemporaryFolder()
            guard mount("none", folder.path, "tmpfs", 0, "size=256k") == 0 else { return nil }
        }

        deinit {
            umount2(folder.path, 2)
        }
    }

    @Test("on a full disk nothing half stays, and deliveries go on when there is room", arguments: [false, true])
    func full(rotates: Bool) async throws {
        guard let disk = try SmallDisk() else { return print("skipped: no tmpfs may be mounted here") }
        let archive = ArchiveFolder(folder: disk.folder)
        let path = disk.folder.path(of: "events.jsonl")
        let sink = FileSink(
            .init(path: path, rotate: rotates ? .init(bytes: 4096) : nil), in: .conformance, onChange: {})
        try await sink.deliver(Entry.numbered(1...10))
        try disk.folder.write(repeatElement(0, count: 200 << 10), to: "ballast")
        for _ in 1...5 {
            let reason = await retryReason { try await sink.deliver(Entry.numbered(11...200)) }
            #expect(reason.hasPrefix("disk full: cannot write \"\(path)\": No space left on device"), "\(reason)")
            #expect(try archive.sequences() == Array(1...10))
        }
        try disk.folder.remove("ballast")
        try await sink.deliver(Entry.numbered(11...200))
        await sink.stop()
        #expect(try archive.sequences() == Array(1...200))
    }

    @Test("a disk too full to compress on keeps the plain file")
    func compression() async throws {
        guard let disk = try SmallDisk() else { return print("skipped: no tmpfs may be mounted here") }
        let archive = ArchiveFolder(folder: disk.folder)
        let sink = FileSink(
            .init(path: disk.folder.path(of: "events.jsonl"), rotate: .init(bytes: 150 << 10)), in: .conformance,
            onChange: {})
        try disk.folder.write(repeatElement(0, count: 60 << 10), to: "ballast")
        var random = SeededGenerator(seed: 1)
        // Text that cannot be compressed to the room that is left.
        for sequence in 1...150 as ClosedRange<UInt64> {
            try await sink.deliver([.random(sequence, dataBytes: 800, using: &random)])
        }
        await sink.stop()
        #expect(try archive.sequences() == Array(1...150))
        #expect(try archive.closed().contains { !$0.isCompressed })
        #expect(try disk.folder.names.allSatisfy { !$0.hasSuffix(".part") })
    }
}

extension Entry {
    fileprivate static func random(
        _ sequence: UInt64, dataBytes: Int, using random: inout SeededGenerator
    ) -> Entry {
        var entry = Entry.numbered(sequence)
        let text = (0..<dataBytes).map { _ in UInt8.random(in: 0x23...0x5B, using: &random) }
        entry.body.removeLast(2)
        entry.body += Array(#","noise":""#.utf8) + text + Array(#""}}"#.utf8)
        return entry
    }
}
