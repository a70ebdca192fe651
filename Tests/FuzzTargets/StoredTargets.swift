import EventModel

@testable import Journals
@testable import Sinks

extension FuzzTarget {
    /// What the journal and the sinks wrote themselves, as a disk may have damaged it since.
    static let stored: [FuzzTarget] = [
        FuzzTarget(name: "journal-row", seeds: { _ in rows }, run: readRow),
        FuzzTarget(name: "zstd-frame", seeds: { _ in frames }, run: readFrame),
        FuzzTarget(
            name: "archive-tail", seeds: { $0.files(in: "Fixtures", "expected.jsonl") + seeds(archives) },
            run: readArchive),
    ]

    @Sendable private static func readRow(_ bytes: [UInt8]) {
        // How many entries, how many bytes of the column of sizes, the column, the content.
        guard bytes.count >= 2 else { return }
        let column = Array(bytes.dropFirst(2).prefix(Int(bytes[1])))
        guard let sizes = BatchContent.sizes(column, count: Int(bytes[0])) else { return }
        check(sizes.allSatisfy { $0 >= 0 } && sizes.count == Int(bytes[0]), "a size for each entry")
        guard let content = BatchContent(Array(bytes.dropFirst(2 + column.count)), sizes: sizes) else { return }
        for (item, size) in zip(content.items, sizes) {
            check(content.body(item).count == size, "a body has its size")
            check(item.head.rank >= 0 && item.head.type >= 0, "numbers are not below zero")
            _ = content.id(item)
        }
        var again = BatchBuilder(first: 1)
        for item in content.items { again.add(item.head, id: content.id(item), body: content.body(item)) }
        let row = again.take(storedAt: 0, total: 0, memory: [])
        let read = BatchContent(row.content, sizes: sizes)
        check(read?.items.map(\.head) == content.items.map(\.head), "what was read is written and read again")
    }

    @Sendable private static func readFrame(_ bytes: [UInt8]) {
        let limit = 1 << 20
        let content: [UInt8]? = bytes.withUnsafeBytes { Zstandard().decompress($0, limit: limit) }
        check(content?.count ?? 0 <= limit, "a frame holds no more than was said")
        var again: [UInt8]?
        _ = Zstandard().withFrame(of: bytes) { frame in again = Zstandard().decompress(frame, limit: bytes.count) }
        check(again == bytes, "a frame gives back what it was made of")
    }

    @Sendable private static func readArchive(_ bytes: [UInt8]) {
        for start in [0, 4096] {
            guard case .ends(let end, _, let unacknowledged) = ArchiveTail(bytes, from: start) else { continue }
            check(unacknowledged > start && unacknowledged <= end, "what may not be there yet is within it")
            check(end > start && end <= start + bytes.count, "the end lies in what was read")
            check(bytes[end - start - 1] == UInt8(ascii: "\n"), "a file ends with a line")
        }
        let names = ArchiveNames(current: "events.jsonl")
        let name = String(decoding: bytes, as: UTF8.self)
        if let file = names.closedFile(name) {
            check(names.name(of: file) == name, "a closed file has one name")
            check(!name.contains("/") || file.last.journal.contains("/"), "a name leads nowhere else")
        }
        _ = names.partOf(name)
    }

    private static var rows: [[UInt8]] {
        var builder = BatchBuilder(first: 1)
        builder.add(.init(type: 1, rank: 2, source: 3), id: "a", body: Array(#"{"id":"a"}"#.utf8))
        builder.add(.init(type: 200, rank: 0, source: 1), id: "", body: [])
        let batch = builder.take(storedAt: 0, total: 0, memory: [])
        let row = [2, UInt8(batch.sizes.count)] + batch.sizes + batch.content
        // A size larger than anything, and a row without entries.
        return [row, [1, 9] + [UInt8](repeating: 0xFF, count: 8) + [1], [0, 0]]
    }

    private static var frames: [[UInt8]] {
        let text = Array("guestwatch guestwatch guestwatch".utf8)
        let frame = Zstandard().withFrame(of: text) { Array($0) } ?? []
        // A head that promises four gigabytes.
        return [frame, frame + frame, [0x28, 0xB5, 0x2F, 0xFD, 0xA0, 0xFF, 0xFF, 0xFF, 0xFF]]
    }

    private static let archives = [
        #"{"sequence":"00000000000000000007","journal":"k3j2h1g0f9d8","specversion":"1.0"}"# + "\n{\"sequence\":\"0000",
        "events-20261121T061800Z-k3j2h1g0f9d8-4711.jsonl.gz", ".events-20261121T061800Z-k3-4711.jsonl.part",
        "\n\n\0\0\n",
    ]
}
