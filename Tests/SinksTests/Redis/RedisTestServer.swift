#if Redis
    import AgentCore
    import AgentTestKit
    import EventModel
    import Foundation

    @testable import Sinks

    /// A real redis-server of a test: on a free port of loopback, with a folder of its own, ended with its last
    /// reference.
    final class RedisTestServer: @unchecked Sendable {
        // SAFETY: `process` is only touched by the one test that has the server.
        struct Failed: Error {
            var reason: String
        }

        static let program = "/usr/bin/redis-server"
        static var isThere: Bool { FileManager.default.isExecutableFile(atPath: program) }

        let port: Int
        let folder: TemporaryFolder
        private let arguments: [String]
        private var process: Process?

        init(_ arguments: [String] = []) throws {
            folder = try TemporaryFolder()
            self.arguments = arguments
            for _ in 1...20 {
                let port = Int.random(in: 20_000...32_000)
                if let started = Self.start(port: port, folder: folder, arguments) {
                    (self.port, process) = (port, started)
                    return
                }
            }
            throw Failed(reason: "redis-server does not start")
        }

        deinit {
            kill()
        }

        var server: RedisServer { .tcp(host: "127.0.0.1", port: port) }

        /// kill -9.
        func kill() {
            guard let process else { return }
            Foundation.kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
            self.process = nil
        }

        func suspend() {
            guard let pid = process?.processIdentifier, Foundation.kill(pid, SIGSTOP) == 0 else { return }
            ChildProcess.awaitStop(of: pid)
        }
        func resume() { Foundation.kill(process?.processIdentifier ?? 0, SIGCONT) }

        func restart() throws {
            kill()
            process = Self.start(port: port, folder: folder, arguments)
            if process == nil { throw Failed(reason: "redis-server does not start again") }
        }

        /// What redis-cli(1) prints, line by line.
        @discardableResult
        func cli(_ words: String...) throws -> [String] {
            try Self.output(["-p", "\(port)"] + words)
        }

        /// The events of a stream as they lie there, in its order.
        func lines(of stream: String = "guestwatch") throws -> [String] {
            try cli("XRANGE", stream, "-", "+").filter { $0.hasPrefix("{") }
        }

        func events(of stream: String = "guestwatch") throws -> [PlacedEvent] {
            try lines(of: stream).map { try EventDecoder.decode($0.utf8) }
        }

        /// The sequences of a stream; read from the beginning of each line, because there may be many.
        func sequences(of stream: String = "guestwatch") throws -> [UInt64] {
            try lines(of: stream).map { line in
                let digits = line.utf8.dropFirst(13).prefix(20)
                guard line.hasPrefix(#"{"sequence":""#), line.hasSuffix("}}"), let text = String(digits),
                    let sequence = UInt64(text)
                else { throw Failed(reason: "half an event: \(line.prefix(200))") }
                return sequence
            }
        }

        private static func start(port: Int, folder: TemporaryFolder, _ arguments: [String]) -> Process? {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: program)
            process.arguments =
                ["--port", "\(port)", "--bind", "127.0.0.1", "--dir", folder.path, "--save", ""] + arguments
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            guard (try? process.run()) != nil else { return nil }
            let limit = ContinuousClock.now + .seconds(20)
            while process.isRunning, ContinuousClock.now < limit {
                let answer = (try? output(["-p", "\(port)", "PING"])) ?? []
                let isUp = answer.first.map { $0.hasPrefix("PONG") || $0.hasPrefix("NOAUTH") } ?? false
                if isUp, process.isRunning { return process }
                usleep(20_000)
            }
            process.terminate()
            return nil
        }

        private static func output(_ arguments: [String]) throws -> [String] {
            let process = Process()
            let pipe = Pipe()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/redis-cli")
            process.arguments = arguments
            process.standardOutput = pipe
            process.standardError = pipe
            try process.run()
            let bytes = pipe.fileHandleForReading.readDataToEndOfFile()
            process.waitUntilExit()
            return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
        }
    }
#endif
