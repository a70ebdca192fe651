import AgentTestKit
import Glibc
import Platform
import Testing

@testable import HTTPClient

@Suite struct CurlTransportSocketTests {
    @Test("every request goes to the socket, whatever host the URL names")
    func usesSocket() async throws {
        let folder = try TemporaryDirectory("socket")
        let listener = try UnixSocket.listen(at: folder.path("s"), mode: 0o600)
        let asked = Locked<[String]>([])
        Thread.start(name: "server") {
            for _ in 0..<10_000 {
                if let socket = try? listener.accept() {
                    var request: [UInt8] = []
                    while !request.suffix(4).elementsEqual(Array("\r\n\r\n".utf8)) {
                        if let piece = try? socket.read(upTo: 4096) { request += piece }
                    }
                    let text = String(decoding: request, as: UTF8.self)
                    asked.withLock { $0.append(text) }
                    let answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"
                    _ = try? socket.write(Array(answer.utf8)[...])
                    return
                }
                usleep(1000)
            }
        }
        let connection = HTTPConnection(socket: folder.path("s"))
        let body = try await withTransport(connection) { try await $0.get("http://engine.invalid/version").1 }
        #expect(body == "ok")
        #expect(asked.withLock { $0 }.first?.hasPrefix("GET /version HTTP/1.1\r\nHost: engine.invalid\r\n") == true)
    }

    @Test("nobody at the socket is unreachable, and the error names it")
    func absent() async throws {
        let error = await #expect(throws: HTTPError.self) {
            try await withTransport(HTTPConnection(socket: "/nowhere/x.sock")) { _ = try await $0.get("http://x/") }
        }
        #expect(error?.description.contains("/nowhere/x.sock") == true)
        guard case .unreachable = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test(
        "a socket that can never be used is refused with the remedy",
        arguments: [
            (HTTPConnection(socket: "docker.sock"), "absolute"),
            (HTTPConnection(socket: "/" + String(repeating: "x", count: 107)), "107"),
            (HTTPConnection(proxy: "http://p:1", socket: "/s"), "proxy"),
        ])
    func invalid(connection: HTTPConnection, word: String) {
        let error = #expect(throws: HTTPError.self) { try connection.validate() }
        #expect(error?.description.contains(word) == true)
    }
}
