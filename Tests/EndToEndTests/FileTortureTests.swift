import AgentTestKit
import EventModel
import Glibc
import Testing

/// Files that are written and rotated in every style at once, while the agent is killed and started again.
@Suite("Files under torture")
struct FileTortureTests {
    static let lives = 24
    static let patience = Duration.seconds(60)

    @Test("however files are rotated, and whenever the agent is killed, each line is in the journal exactly once")
    func torture() async throws {
        var seeded = SeededGenerator(test: 4)
        let workplace = try Workplace(configuration: [
            "journal": ["kind": "sqlite", "path": "journal.db"],
            "collectors": [
                [
                    "name": "logs", "kind": "file-watch", "paths": ["logs/*"], "start": "beginning",
                    "openFiles": 8, "pollInterval": "200ms",
                ]
            ],
            "sinks": [["name": "archive", "kind": "file", "path": "events.jsonl"]],
        ])
        mkdir(workplace.folder.path("logs"), 0o755)
        var writers = RotatingWriter.Style.allCases.map {
            RotatingWriter($0, folder: workplace.folder.path("logs"), seed: seeded.next())
        }
        for life in 1...Self.lives {
            let agent = try workplace.start(["run"])
            // A life ends anywhere between its start and its calm.
            for _ in 0..<Int.random(in: 1...25, using: &seeded) {
                for index in writers.indices { writers[index].step() }
                try await ContinuousClock().sleep(for: .milliseconds(Int.random(in: 0...30, using: &seeded)))
            }
            #expect(agent.exit == nil, "life \(life): \(agent.errors)")
            agent.kill()
            _ = try await agent.waitForExit()
            for index in writers.indices { writers[index].step() }
        }
        let expected = writers.flatMap(\.written).sorted()
        let last = try workplace.start(["run"])
        let (archive, repetition) = (workplace.folder.path("events.jsonl"), seeded.repetition)
        try await waitUntil("all \(expected.count) lines are in the archive; \(repetition)", limit: Self.patience) {
            (TestFile.read(archive) ?? []).count { $0 == UInt8(ascii: "\n") } >= expected.count
        }
        last.terminate()
        #expect(try await last.waitForExit() == .code(0), "\(last.errors)")
        let journal = try await workplace.journal()
        let lines = journal.filter { $0.event.type == "log.line" }.compactMap(\.event.message)
        let missing = Set(expected).subtracting(lines)
        #expect(missing.isEmpty, "\(missing.count) missing: \(missing.sorted().prefix(3)); \(seeded.repetition)")
        #expect(lines.count == expected.count, "\(seeded.repetition)")
        #expect(lines.sorted() == expected, "\(seeded.repetition)")
        let gaps = journal.filter { $0.event.type == "agent.collector-gap" }.compactMap(\.event.message)
        #expect(gaps.isEmpty, "\(gaps.prefix(3))")
    }
}

/// Writes numbered lines to a log and rotates it in one style.
struct RotatingWriter {
    enum Style: String, CaseIterable {
        /// `app.log` is renamed and created again; the writer goes on in the old file for a while.
        case rename
        case copyTruncate
        /// As `rename`, and the renamed file is packed.
        case pack
        /// The whole file is written anew, with more in it, and put in place of the old one.
        case replace
        /// `current` is a link to the newest of numbered files.
        case link
    }

    let style: Style
    private let folder: String
    private var random: SeededGenerator
    private var descriptor: Int32
    private var number = 0
    private var rotations = 0
    /// Steps until the writer notices that its file was renamed.
    private var lag = 0
    private(set) var written: [String] = []

    init(_ style: Style, folder: String, seed: UInt64) {
        (self.style, self.folder, random) = (style, folder, SeededGenerator(seed: seed))
        let first = style == .link ? "\(folder)/\(style)-0.log" : "\(folder)/\(style).log"
        descriptor = open(first, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o644)
        if style == .link { symlink("\(style)-0.log", "\(folder)/\(style)-current") }
    }

    private var path: String { style == .link ? "\(folder)/\(style)-\(rotations).log" : "\(folder)/\(style).log" }

    /// Writes some lines, now and then half of one first, or rotates.
    mutating func step() {
        if lag > 0 {
            lag -= 1
            if lag == 0 { reopen() }
        }
        for _ in 0..<Int.random(in: 0...12, using: &random) {
            number += 1
            let text = "\(style) \(number) \(String(repeating: "z", count: Int.random(in: 0...300, using: &random)))"
            let bytes = Array((text + "\n").utf8)
            let half = Int.random(in: 0...bytes.count, using: &random)
            _ = write(descriptor, Array(bytes[..<half]), half)
            _ = write(descriptor, Array(bytes[half...]), bytes.count - half)
            written.append(text)
        }
        if lag == 0, Int.random(in: 0..<12, using: &random) == 0 { rotate() }
    }

    private mutating func rotate() {
        rotations += 1
        switch style {
        case .rename, .pack:
            rename(path, "\(path).\(rotations)")
            lag = Int.random(in: 1...3, using: &random)
        case .copyTruncate:
            try? BinaryCopy.copy(path, to: "\(path).\(rotations)")
            ftruncate(descriptor, 0)
        case .replace:
            let temporary = "\(folder)/.\(style).new"
            try? BinaryCopy.copy(path, to: temporary)
            close(descriptor)
            descriptor = open(temporary, O_WRONLY | O_APPEND | O_CLOEXEC)
            rename(temporary, path)
        case .link:
            reopen()
            symlink("\(style)-\(rotations).log", "\(folder)/.\(style)-new")
            rename("\(folder)/.\(style)-new", "\(folder)/\(style)-current")
        }
    }

    private mutating func reopen() {
        close(descriptor)
        descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o644)
        guard style == .pack, let gzip = try? ChildProcess(.init("/bin/gzip", ["\(path).\(rotations)"])) else { return }
        while gzip.exit == nil { usleep(1000) }
    }
}

/// Copies a file as cp(1) does.
enum BinaryCopy {
    static func copy(_ path: String, to other: String) throws {
        let bytes = TestFile.read(path) ?? []
        try #require(TestFile.write(bytes, to: other))
    }
}
