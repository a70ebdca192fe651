#if MQTT
    import AgentTestKit
    import EventModel
    import Platform

    /// A real mosquitto on loopback that keeps what it holds over restarts, and a subscriber that writes what it gets.
    final class MosquittoServer: Sendable {
        static let program = "/usr/sbin/mosquitto"
        static var isMissing: Bool {
            !TestFile.isExecutable(program) || !TestFile.isExecutable("/usr/bin/mosquitto_sub")
        }

        let port: Int
        let tlsPort: Int
        private let place: TemporaryDirectory
        private let running = Box<ChildProcess>()
        private let subscriber = Box<ChildProcess>()

        /// `more` are lines of mosquitto.conf for the plain listener; `identity` adds one with TLS that asks for a
        /// certificate of a client.
        init(
            _ more: String = "allow_anonymous true", authority: TestAuthority? = nil,
            identity: TestAuthority.Identity? = nil
        )
            async throws
        {
            place = try TemporaryDirectory("mosquitto")
            (port, tlsPort) = (try FreePort.find(), try FreePort.find())
            let tls = identity.map {
                """
                listener \(tlsPort) 127.0.0.1
                certfile \($0.certificate)
                keyfile \($0.key)
                cafile \(authority?.authorities ?? "")
                require_certificate true

                """
            }
            TestFile.write(
                """
                user root
                persistence true
                persistence_location \(place.path)/
                max_inflight_messages 0
                max_queued_messages 0
                listener \(port) 127.0.0.1
                \(more)
                \(tls ?? "")
                """.utf8, to: place.path("conf"))
            try await start()
        }

        func path(_ name: String) -> String { place.path(name) }

        func start() async throws {
            let process = try ChildProcess(.init(Self.program, ["-c", place.path("conf")]))
            running.value = process
            try await waitUntil("mosquitto listens; it wrote \(process.errors)", limit: .seconds(60)) {
                if process.exit != nil { throw EndedEarly(exit: process.exit, errors: process.errors) }
                return (try? StreamProbe.connect(port: self.port)) != nil
            }
        }

        func stop() async throws {
            running.value?.terminate()
            _ = try await running.value?.waitForExit(limit: .seconds(60))
        }

        func kill() async throws {
            running.value?.kill()
            _ = try await running.value?.waitForExit()
        }

        /// Writes what it holds, sessions above all, to the disk.
        func save() async throws {
            running.value?.signal(10)
            try await waitUntil("mosquitto has saved its sessions") { TestFile.exists(self.place.path("mosquitto.db")) }
        }

        /// Subscribes to everything from now on, in a session the broker keeps.
        func subscribe(_ options: [String] = []) async throws {
            let process = try ChildProcess(
                .init(
                    "/usr/bin/mosquitto_sub",
                    ["-p", "\(port)", "-i", "reader", "-c", "-q", "1", "-t", "#", "-F", "%t %r %p"] + options))
            subscriber.value = process
            try await publish("hello", until: "the subscriber listens")
        }

        /// What arrived, topic and payload, but for what the tests say themselves.
        func messages() -> [(topic: Substring, payload: Substring)] {
            (subscriber.value?.output ?? "").split(separator: "\n").compactMap { line in
                let parts = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
                return parts.count == 3 && parts[0] != "test" ? (parts[0], parts[2]) : nil
            }
        }

        /// Bytes the subscriber wrote so far.
        var arrivedBytes: Int { subscriber.value?.output.utf8.count ?? 0 }

        /// The sequences of what arrived, once all that was published did.
        func sequences() async throws -> [UInt64] {
            try await publish("end", until: "everything arrived")
            return try messages().map { message in
                let head = #"{"sequence":""#
                guard message.payload.hasPrefix(head), message.payload.hasSuffix("}}"),
                    let sequence = UInt64(message.payload.dropFirst(head.count).prefix(20))
                else { throw WaitedInVain(condition: "half an event: \(message.payload.prefix(200))", limit: .zero) }
                return sequence
            }
        }

        /// What one who comes now is told of retained messages: JSON of mosquitto_sub.
        func retained(_ topic: String) async throws -> [JSONValue] {
            let process = try ChildProcess(
                .init(
                    "/usr/bin/mosquitto_sub",
                    ["-p", "\(port)", "-V", "5", "-t", topic, "--retained-only", "-W", "3", "-F", "%j"]))
            _ = try await process.waitForExit(limit: .seconds(60))
            return try process.output.split(separator: "\n").map { try JSONDocument(Array($0.utf8)).root.value }
        }

        private func publish(_ word: String, until description: String) async throws {
            try await waitUntil(description, limit: .seconds(60)) {
                let process = try ChildProcess(
                    .init("/usr/bin/mosquitto_pub", ["-p", "\(self.port)", "-q", "1", "-t", "test", "-m", word]))
                _ = try await process.waitForExit(limit: .seconds(20))
                return (self.subscriber.value?.output ?? "").split(separator: "\n").contains {
                    $0.hasPrefix("test 0 ") && $0.contains(word)
                }
            }
        }
    }
#endif
