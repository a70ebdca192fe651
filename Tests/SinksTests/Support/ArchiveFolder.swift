import EventModel
import Foundation

@testable import Sinks

/// Reads an archive as its owner would: the closed files in order, unpacked by gzip(1), then the current one.
struct ArchiveFolder {
    let folder: TemporaryFolder
    var current = "events.jsonl"

    struct Damaged: Error {
        var line: String
    }

    /// The entries in all files, in order. Throws when a line is not a whole event.
    func places() throws -> [ArchivePlace] {
        try lines().map { line in
            let placed = try EventDecoder.decode(line)
            guard let sequence = placed.sequence, let journal = placed.journal else {
                throw Damaged(line: String(decoding: line, as: UTF8.self))
            }
            return ArchivePlace(journal: journal, sequence: sequence)
        }
    }

    func sequences() throws -> [UInt64] {
        try places().map(\.sequence)
    }

    func lines() throws -> [[UInt8]] {
        try files().flatMap { bytes in
            guard bytes.isEmpty || bytes.last == UInt8(ascii: "\n") else { throw Damaged(line: "no line end") }
            return bytes.split(separator: UInt8(ascii: "\n")).map(Array.init)
        }
    }

    /// The closed files, the oldest first.
    func closed() throws -> [ClosedFile] {
        let names = ArchiveNames(current: current)
        return try folder.names.compactMap { names.closedFile($0) }.sorted()
    }

    private func files() throws -> [[UInt8]] {
        let names = ArchiveNames(current: current)
        var files = try closed().map { file in
            let name = names.name(of: file)
            return file.isCompressed ? try unpack(folder.path(of: name)) : try folder.bytes(of: name)
        }
        if try folder.names.contains(current) { files.append(try folder.bytes(of: current)) }
        return files
    }

    private func unpack(_ path: String) throws -> [UInt8] {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(fileURLWithPath: "/bin/gzip")
        process.arguments = ["-dc", path]
        process.standardOutput = pipe
        try process.run()
        let bytes = [UInt8](pipe.fileHandleForReading.readDataToEndOfFile())
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Damaged(line: "gzip refuses \(path)") }
        return bytes
    }
}
