import Foundation
import Testing

/// A log that a shipped translator reads, and what becomes of it: `Tests/LineSamples/NAME.log` and `NAME.events`, whose
/// first line is the translator and the path of the log.
///
/// The logs of libvirt, LXC and CRI were written by these programs; the others have the form of theirs.
struct TranslatorSample: Sendable, CustomTestStringConvertible {
    var name: String
    var translator: String
    var path: String
    var log: [UInt8]
    var told: [String]

    var testDescription: String { name }

    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("LineSamples").path

    /// One or more for each shipped translator.
    static let all: [TranslatorSample] = {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return files.filter { $0.hasSuffix(".log") }.sorted().compactMap { TranslatorSample(String($0.dropLast(4))) }
    }()

    private init?(_ name: String) {
        guard let log = FileManager.default.contents(atPath: "\(Self.folder)/\(name).log"),
            let events = FileManager.default.contents(atPath: "\(Self.folder)/\(name).events")
        else { return nil }
        let lines = String(decoding: events, as: UTF8.self).split(separator: "\n").map(String.init)
        guard let head = lines.first, let space = head.firstIndex(of: " ") else { return nil }
        (self.name, self.log, told) = (name, Array(log), Array(lines.dropFirst()))
        (translator, path) = (String(head[..<space]), String(head[head.index(after: space)...]))
    }
}
