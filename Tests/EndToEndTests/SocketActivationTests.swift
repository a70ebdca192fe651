import AgentTestKit
import EventModel
import Glibc
import HTTPClient
import Testing

@Suite("Sockets of systemd", .enabled(if: access("/usr/bin/python3", X_OK) == 0, "no python3"))
struct SocketActivationTests {
    /// What systemd does for a socket unit: it listens, puts the descriptors from 3 on, says how many they are and
    /// whose, and becomes the service. The third is at a place no configuration names.
    private static let activation = """
        import fcntl, os, socket, sys
        def listening(family, address):
            one = socket.socket(family)
            one.bind(address)
            one.listen(16)
            return one
        ones = [listening(socket.AF_UNIX, sys.argv[1])] + [listening(socket.AF_INET, ("127.0.0.1", 0)) for _ in "ab"]
        text = open("collectors.json").read().replace("PORT", str(ones[1].getsockname()[1]))
        open("collectors.json", "w").write(text)
        high = [fcntl.fcntl(one.fileno(), fcntl.F_DUPFD, 50) for one in ones]
        for number, one in enumerate(high): os.dup2(one, 3 + number)
        os.closerange(6, 60)
        os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="3")
        os.execv(sys.argv[2], sys.argv[2:])
        """

    private func status(of address: String) async throws -> Int {
        let transport = CurlTransport(HTTPConnection())
        let (head, _) = try await transport.send(HTTPRequest("GET", "http://\(address)/v1/status"))
        await transport.close()
        return head.status
    }

    @Test("the agent goes on with the sockets it is handed, gives one back by a reload, and leaves them when it ends")
    func handed() async throws {
        let workplace = try Workplace(configuration: [
            "journal": ["kind": "memory"], "collectors": [["name": "log", "kind": "file-watch", "paths": ["app.log"]]],
            "api": ["socket": "api.sock", "listen": "127.0.0.1:PORT"],
        ])
        let folder = workplace.folder
        let agent = try ChildProcess(
            .init(
                "/usr/bin/python3",
                ["-c", Self.activation, folder.path("api.sock"), BuiltProduct.path("guestwatch"), "run"],
                environment: ["SWIFT_BACKTRACE": "enable=no"], directory: folder.path))
        // Who comes before the agent does waits, and is answered.
        try await waitUntil("somebody listens", limit: .seconds(30)) { folder.names.contains("api.sock") }
        _ = try await agent.waitForLine { $0.contains(" ready") }
        #expect(try await workplace.run(["status", "--api", "api.sock"]).0 == .code(0), "\(agent.errors)")
        #expect(agent.errors.split(separator: "\n").count { $0.contains("(of systemd)") } == 2, "\(agent.errors)")
        #expect(agent.errors.split(separator: "\n").count { $0.contains("systemd listens at a place") } == 1)

        let written = try #require(TestFile.text(folder.path("collectors.json")))
        let listen = try #require(try JSONDocument(Array(written.utf8)).root.value["api"]?["listen"]?.string)
        #expect(try await status(of: listen) == 200)
        let without = written.replacing(#""listen": "\#(listen)""#, with: #""stuckAfter": "2m""#)
        TestFile.write(without.utf8, to: folder.path("collectors.json"))
        #expect(try await workplace.run(["reload"]).1 == "api changed: listen\n")
        // Nobody answers now, but nobody is turned away either: the answer comes with the next reload.
        async let late = status(of: listen)
        TestFile.write(written.utf8, to: folder.path("collectors.json"))
        #expect(try await workplace.run(["reload"]).1 == "api changed: listen\n")
        #expect(try await late == 200)
        agent.terminate()
        #expect(try await agent.waitForExit() == .code(0), "\(agent.errors)")
        #expect(folder.names.contains("api.sock"))
    }
}
