import AgentCore
import AgentTestKit
import Foundation
import Testing

@testable import Sinks

@Suite struct StdoutSinkTests {
    @Test("a closed pipe is a clear, retryable error and does not end the process")
    func closedPipe() async throws {
        let pipe = TestPipe(reads: false)
        let sink = StdoutSink(.init(format: .json), in: .conformance, terminal: pipe.terminal)
        try await sink.deliver([.numbered(1)])
        pipe.closeReader()
        for _ in 1...2 {
            let reason = await retryReason { try await sink.deliver([.numbered(2)]) }
            #expect(
                reason == "standard output is closed: its reader has ended; start the agent again with a reader, "
                    + "or take the stdout sink out of the configuration")
        }
        await sink.stop()
    }

    @Test("a reader that does not read holds up no stop, and when it reads again every line comes once and whole")
    func stuckReader() async throws {
        let pipe = TestPipe(reads: false)
        let sink = StdoutSink(.init(format: .json), in: .conformance, terminal: pipe.terminal)
        let entries = Entry.numbered(1...1000)
        for _ in 1...3 {
            let delivery = Task { await retryReason { try await sink.deliver(entries) } }
            #expect(await eventually { pipe.pendingBytes > 60_000 })
            delivery.cancel()
            #expect(
                await delivery.value == "the reader of the standard output did not read before the sink was stopped")
        }
        pipe.startReading()
        try await sink.deliver(entries)
        try await sink.deliver(Entry.numbered(1001...1002))
        await sink.stop()
        #expect(try pipe.sequences() == Array(1...1002))
    }

    @Test("a stopped terminal holds up no stop either")
    func stuckTerminal() async throws {
        let master = open("/dev/ptmx", O_RDWR | O_NOCTTY)
        try #require(master >= 0, "this system has no pseudo terminals")
        var (unlocked, number): (Int32, Int32) = (0, 0)
        // The numbers of asm-generic/ioctls.h, whose macros Swift cannot read.
        let (setLock, getNumber): (UInt, UInt) = (0x4004_5431, 0x8004_5430)
        try #require(ioctl(master, setLock, &unlocked) == 0 && ioctl(master, getNumber, &number) == 0)
        let slave = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY)
        try #require(slave >= 0)
        defer { [master, slave].forEach { close($0) } }
        let terminal = Terminal(descriptor: slave, isTerminal: true, wantsColor: true)
        let sink = StdoutSink(.init(), in: .conformance, terminal: terminal)
        let delivery = Task { await retryReason { try await sink.deliver(Entry.numbered(1...10_000)) } }
        var pending: Int32 = 0
        #expect(await eventually { ioctl(master, UInt(FIONREAD), &pending) == 0 && pending > 1000 })
        delivery.cancel()
        #expect(await delivery.value == "the reader of the standard output did not read before the sink was stopped")
        await sink.stop()
        var buffer = [UInt8](repeating: 0, count: 40)
        #expect(read(master, &buffer, 40) == 40)
        #expect(String(decoding: buffer, as: UTF8.self).hasPrefix("\u{1B}[2m2026-"))
        #expect(fcntl(slave, F_GETFL) & O_NONBLOCK == 0)
    }

    @Test("a regular file gets whole batches")
    func file() async throws {
        let folder = try TemporaryFolder()
        let descriptor = open(folder.path(of: "out"), O_WRONLY | O_CREAT | O_APPEND, 0o600)
        defer { close(descriptor) }
        let sink = StdoutSink(
            .init(), in: .conformance, terminal: Terminal(descriptor: descriptor, isTerminal: false, wantsColor: false))
        try await sink.deliver(Entry.numbered(1...3000))
        await sink.stop()
        #expect(try ArchiveFolder(folder: folder, current: "out").sequences() == Array(1...3000))
    }

    @Test("the configuration reads its words and knows its defaults")
    func configuration() throws {
        #expect(try configured("{}") == StdoutConfiguration())
        #expect(
            try configured(#"{"format":"text","color":"never","time":"local"}"#)
                == StdoutConfiguration(format: .text, color: .never, time: .local))
        #expect(
            problems(#"{"format":"txt"}"#, of: StdoutConfiguration.self) == [
                #"format: "txt" is not one of "auto", "json", "text"; did you mean "text"?"#
            ])
    }

    private func configured(_ text: String) throws -> StdoutConfiguration {
        try read(text)
    }
}
