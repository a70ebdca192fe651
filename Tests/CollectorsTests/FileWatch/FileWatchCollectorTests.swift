import AgentCore
import AgentTestKit
import Collectors
import EventModel
import Foundation
import HTTPClient
import Testing

@Suite("The collector that follows files")
struct FileWatchCollectorTests {
    private let folder: TemporaryDirectory

    init() throws {
        folder = try TemporaryDirectory("file-watch")
    }

    private func collector(_ change: (inout FileWatchConfiguration) -> Void = { _ in }) throws -> FileWatchCollector {
        var configuration = FileWatchConfiguration(paths: [folder.path("**/*.log")])
        configuration.start = .beginning
        change(&configuration)
        let context = CollectorContext(
            name: "logs", clock: .system, host: HostView(name: "hv1", under: ""),
            transport: { _ in throw HTTPError.invalid("files need no network") },
            secrets: SecretStore { _ throws(SecretError) in throw SecretError("files need no secret") })
        return try FileWatchCollector(configuration, in: context)
    }

    private func append(_ text: String, to name: String) {
        let path = folder.path(name)
        if !TestFile.exists(path) { _ = TestFile.write([], to: path) }
        guard let file = FileHandle(forWritingAtPath: path) else { return }
        file.seekToEndOfFile()
        file.write(Data(text.utf8))
        try? file.close()
    }

    /// Polls until so many events came.
    private func poll(_ collector: FileWatchCollector, _ count: Int, from checkpoint: inout Checkpoint?) async throws
        -> [Event]
    {
        var events: [Event] = []
        let start = ContinuousClock.now
        while events.count < count, ContinuousClock.now - start < .seconds(20) {
            let batch = try await collector.poll(after: checkpoint)
            events += batch.events
            checkpoint = batch.checkpoint ?? checkpoint
        }
        return events
    }

    @Test("each line is an event; the same poll again gives the same ids; what is committed does not come again")
    func lines() async throws {
        append("one\ntwo\n", to: "a.log")
        var checkpoint: Checkpoint?
        let first = try collector()
        let events = try await poll(first, 2, from: &checkpoint)
        await first.stop()
        #expect(events.map(\.message) == ["one", "two"])
        #expect(events.map(\.source) == ["file://hv1", "file://hv1"])
        #expect(Set(events.map(\.id)).count == 2)
        var again: Checkpoint?
        let second = try collector()
        #expect(try await poll(second, 2, from: &again).map(\.id) == events.map(\.id))
        append("three\n", to: "a.log")
        #expect(try await poll(second, 1, from: &checkpoint).map(\.message) == ["three"])
        await second.stop()
    }

    @Test("what is written is told within a second, also in a folder that was not there, and through a link")
    func latency() async throws {
        let collector = try collector { $0.pollInterval = .seconds(3600) }
        append("", to: "a.log")
        append("", to: "target")
        symlink("target", folder.path("link.log"))
        var checkpoint = try await collector.poll(after: nil).checkpoint
        for round in 0..<5 {
            let sub = "sub-\(round)"
            try FileManager.default.createDirectory(atPath: folder.path(sub), withIntermediateDirectories: false)
            append("there\n", to: "\(sub)/b.log")
            append("here\n", to: "a.log")
            append("behind\n", to: "target")
            let start = ContinuousClock.now
            let events = try await poll(collector, 3, from: &checkpoint)
            #expect(Set(events.compactMap(\.message)) == ["there", "here", "behind"])
            #expect(ContinuousClock.now - start < .seconds(1))
        }
        await collector.stop()
    }

    @Test("when the kernel drops notices, looking finds what they told of")
    func overflow() async throws {
        let collector = try collector()
        var checkpoint: Checkpoint?
        checkpoint = try await collector.poll(after: nil).checkpoint
        for number in 0..<9000 {
            _ = TestFile.write([], to: folder.path("noise-\(number)"))
            unlink(folder.path("noise-\(number)"))
        }
        append("found\n", to: "late.log")
        #expect(try await poll(collector, 1, from: &checkpoint).map(\.message) == ["found"])
        await collector.stop()
    }

    @Test("what is read ahead is what the next poll brings; another checkpoint begins anew")
    func ahead() async throws {
        // More than two polls bring.
        let rest = String(repeating: ".", count: 500)
        append((0..<12_000).map { "line \($0) \(rest)\n" }.joined(), to: "a.log")
        let collector = try collector()
        #expect(await collector.readAhead().isEmpty, "nobody has polled yet")
        let first = try await collector.poll(after: nil)
        #expect(first.hasMore && !first.events.isEmpty)
        let ahead = await collector.readAhead()
        #expect(await collector.readAhead().isEmpty, "it is read already")
        let second = try await collector.poll(after: first.checkpoint)
        #expect(second.encoded == ahead && ahead.map(\.id) == second.events.map(\.id))
        #expect(second.events.first?.message == "line \(first.events.count) \(rest)")
        _ = await collector.readAhead()
        #expect(try await collector.poll(after: first.checkpoint).events.map(\.id) == second.events.map(\.id))
        var checkpoint = first.checkpoint
        let others = try await poll(collector, 12_000 - first.events.count, from: &checkpoint)
        #expect(others.last?.message == "line 11999 \(rest)" && others.count == 12_000 - first.events.count)
        #expect(await collector.readAhead().isEmpty, "nothing is left")
        await collector.stop()
    }

    @Test("a poll that waits ends at once when it is cancelled")
    func cancelled() async throws {
        let collector = try collector()
        let checkpoint = try await collector.poll(after: nil).checkpoint
        let polling = Task { try await collector.poll(after: checkpoint) }
        try await Task.sleep(for: .milliseconds(100))
        let start = ContinuousClock.now
        polling.cancel()
        #expect(try await polling.value.events.isEmpty)
        #expect(ContinuousClock.now - start < .seconds(1))
        await collector.stop()
    }

    @Test("read once: all that is there, half a line included, and then the end")
    func once() async throws {
        append((0..<20_000).map { "line \($0)\n" }.joined() + "half", to: "a.log")
        let collector = try collector { $0.once = true }
        var (events, checkpoint): ([Event], Checkpoint?) = ([], nil)
        while true {
            let batch = try await collector.poll(after: checkpoint)
            events += batch.events
            checkpoint = batch.checkpoint ?? checkpoint
            if batch.isLast { break }
        }
        await collector.stop()
        #expect(events.count == 20_001)
        #expect(events.last?.message == "half")
    }

    @Test("a probe says what is there, and commits nothing")
    func probe() async throws {
        append("one\n", to: "a.log")
        let collector = try collector()
        #expect(try await collector.probe().hasPrefix("1 files; "))
        await collector.stop()
    }
}
