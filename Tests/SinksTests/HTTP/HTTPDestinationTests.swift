import AgentCore
import AgentTestKit
import EventModel
import Foundation
import HTTPClient
import Platform
import Testing

@testable import Sinks

@Suite("HTTP destinations") struct HTTPDestinationTests {
    @Test(
        "each status means what the table says",
        arguments: [
            (200, "delivered"), (201, "delivered"), (204, "delivered"), (301, "held"), (302, "held"), (307, "held"),
            (400, "refused"), (401, "held"), (403, "held"), (404, "held"), (407, "held"), (408, "retryable"),
            (409, "refused"), (410, "held"), (413, "tooLarge"), (415, "held"), (422, "refused"), (429, "retryable"),
            (500, "retryable"), (502, "retryable"), (503, "retryable"), (504, "retryable"), (599, "retryable"),
        ])
    func statuses(status: Int, meaning: String) async throws {
        let server = try LoopbackServer { _ in ServedAnswer(status, body: Array("so\nit is".utf8)) }
        defer { server.stop() }
        let destination = try HTTPDestination(.init(url: server.url), in: .http())
        let error = await deliveryError { () throws(DeliveryError) in
            try await destination.post([1], contentType: "text/plain")
        }
        #expect(error?.name ?? "delivered" == meaning)
        if let error { #expect(error.reason == "POST \"\(server.url)\": status \(status): so it is") }
        await destination.close()
    }

    @Test("a protocol can say what its answers mean")
    func exceptions() {
        let otlp = HTTPStatusTable(
            [502: .retryable, 503: .retryable, 504: .retryable], serverErrors: .refused,
            reading: { $0.body.starts(with: "ResourceExhausted".utf8) ? .tooLarge : nil })
        #expect(otlp.meaning(of: 500) == .refused)
        #expect(otlp.meaning(of: 503) == .retryable)
        #expect(otlp.meaning(of: HTTPAnswer(status: 500, body: Array("ResourceExhausted".utf8))) == .tooLarge)
    }

    @Test("a redirect is not followed, and its target is told")
    func redirect() async throws {
        let server = try LoopbackServer { _ in ServedAnswer(301, headers: ["Location": "http://elsewhere.example/"]) }
        defer { server.stop() }
        let destination = try HTTPDestination(.init(url: server.url), in: .http())
        let error = await deliveryError { () throws(DeliveryError) in try await destination.post([], contentType: "a/b")
        }
        #expect(error?.reason.contains("\"http://elsewhere.example/\"") == true)
        #expect(server.requests == 1)
        await destination.close()
    }

    @Test(
        "Retry-After is seconds or a date in any of HTTP's forms, and bounded",
        arguments: [
            ("120", 120), (" 7", 7), ("0", 0), ("99999999999999999999", 86_400), ("172800", 86_400),
            ("Sat, 21 Nov 2026 06:18:30 GMT", 30), ("Saturday, 21-Nov-26 06:19:00 GMT", 60),
            ("Sat Nov 21 06:18:05 2026", 5), ("Fri, 20 Nov 2026 06:18:30 GMT", 0),
            ("Sat, 21 Nov 2099 06:18:30 GMT", 86_400),
        ])
    func retryAfter(text: String, seconds: Int) throws {
        let now = try #require(Timestamp(rfc3339: "2026-11-21T06:18:00Z"))
        #expect(RetryAfter.delay(text, now: now) == .seconds(seconds))
    }

    @Test("what is no Retry-After is no delay", arguments: ["", "soon", "-5", "1.5", "21 Nov 2026", "a b c d e GMT"])
    func noRetryAfter(text: String) {
        #expect(RetryAfter.delay(text, now: Timestamp(nanoseconds: 0)) == nil)
    }

    @Test("the destination's own delay comes with 503 and 429", arguments: [429, 503])
    func delay(status: Int) async throws {
        let server = try LoopbackServer { _ in ServedAnswer(status, headers: ["Retry-After": "17"]) }
        defer { server.stop() }
        let destination = try HTTPDestination(.init(url: server.url), in: .http())
        let error = await deliveryError { () throws(DeliveryError) in
            try await destination.post([1], contentType: "a/b")
        }
        #expect(error?.name == "retryable" && error?.delay == .seconds(17))
        await destination.close()
    }

    @Test("headers and credentials are sent, read anew each time, and never repeated in a reason")
    func credentials() async throws {
        let requests = Locked<[HTTPRequest]>([])
        let server = try LoopbackServer { request in
            requests.withLock { $0.append(request) }
            return ServedAnswer(403, body: Array("no entry with s3cret and k3y".utf8))
        }
        defer { server.stop() }
        let secret = Locked("first")
        var context = SinkContext.http()
        context.secrets = SecretStore { reference throws(SecretError) in
            reference == .environment("KEY") ? "k3y" : secret.withLock(\.self)
        }
        let destination = try HTTPDestination(
            .init(
                url: server.url + "?tenant=9",
                headers: [.init("X-A", .text("b")), .init("X-K", .secret(.environment("KEY")))],
                authentication: .token(.environment("TOKEN"), scheme: nil)), in: context)
        for text in ["first", "s3cret"] {
            secret.withLock { $0 = text }
            let error = await deliveryError { () throws(DeliveryError) in
                try await destination.post([1], contentType: "a/b", path: "/x")
            }
            #expect(error?.name == "held")
            #expect(error?.reason.contains("s3cret") == (text == "first") && error?.reason.contains("k3y") == false)
        }
        let sent = requests.withLock(\.self)
        #expect(sent.map { $0.headers["Authorization"] } == ["Bearer first", "Bearer s3cret"])
        #expect(sent.allSatisfy { $0.headers["X-A"] == "b" && $0.headers["X-K"] == "k3y" })
        #expect(sent[0].url == server.url + "/x?tenant=9")
        await destination.close()
    }

    @Test("a name and a password are base 64 of their UTF-8")
    func basic() throws {
        let destination = try HTTPDestination(
            .init(url: "http://x", authentication: .basic(userName: "müller", password: .environment("P"))),
            in: .http(secrets: ["P": "pä:ss"]))
        let expected = "Basic " + Data("müller:pä:ss".utf8).base64EncodedString()
        #expect(try destination.credentials().headers["Authorization"] == expected)
    }

    @Test("base 64 is the same there and back", arguments: 0...10)
    func base64(count: Int) {
        let bytes = (0..<count).map { UInt8($0 * 37 % 256) }
        #expect(Base64.encode(bytes) == Data(bytes).base64EncodedString())
        #expect(Base64.decode(Base64.encode(bytes)) == bytes)
    }

    @Test("a secret that cannot be read holds, and nothing is sent")
    func missingSecret() async throws {
        let destination = try HTTPDestination(
            .init(url: "http://127.0.0.1:1", authentication: .token(.environment("NONE"), scheme: nil)), in: .http())
        let error = await deliveryError { () throws(DeliveryError) in
            try await destination.post([1], contentType: "a/b")
        }
        #expect(error == .held(reason: "the variable is not set"))
    }

    @Test("nobody there, no answer and a cut connection are retryable")
    func unreachable() async throws {
        let server = try LoopbackServer { request in
            ServedAnswer(
                200, body: [1, 2], ending: request.url.hasSuffix("/hang") ? .hang(afterBytes: 1) : .cutBeforeHead)
        }
        let destination = try HTTPDestination(.init(url: server.url, timeout: .milliseconds(300)), in: .http())
        for path in ["/hang", "/cut", "/gone"] {
            if path == "/gone" { server.stop() }
            let error = await deliveryError { () throws(DeliveryError) in
                try await destination.post([1], contentType: "a/b", path: path)
            }
            #expect(error?.name == "retryable", "\(path): \(String(describing: error))")
        }
        await destination.close()
    }

    @Test("a long answer costs no memory and loses no status")
    func longAnswer() async throws {
        let server = try LoopbackServer { _ in ServedAnswer(400, body: [UInt8](repeating: 0x61, count: 5 << 20)) }
        defer { server.stop() }
        let destination = try HTTPDestination(.init(url: server.url), in: .http())
        let answer = try await destination.send(HTTPMessage(body: [1], answerLimit: 1000))
        #expect(answer.status == 400 && answer.body.count == 1000 && !answer.isWhole)
        let error = await deliveryError { () throws(DeliveryError) in
            try await destination.post([1], contentType: "a/b")
        }
        #expect(error?.name == "refused" && (error?.reason.utf8.count ?? 0) < 500)
        await destination.close()
    }

    @Test("gzip bodies are what gzip unpacks")
    func gzip() async throws {
        let requests = Locked<[HTTPRequest]>([])
        let server = try LoopbackServer { request in
            requests.withLock { $0.append(request) }
            return ServedAnswer(204)
        }
        defer { server.stop() }
        let destination = try HTTPDestination(.init(url: server.url, compression: .gzip), in: .http())
        let body = Array(String(repeating: "guest ", count: 50_000).utf8)
        try await destination.post(body, contentType: "text/plain")
        let sent = try #require(requests.withLock(\.first))
        #expect(sent.headers["Content-Encoding"] == "gzip" && sent.body.count < body.count / 10)
        #expect(try gunzip(sent.body) == body)
        await destination.close()
    }

    @Test("a unix socket is connected to, whatever the URL names")
    func socket() async throws {
        let destination = try HTTPDestination(
            .init(url: "http://nowhere.example/", connection: .init(socket: "/nowhere/gw.sock")), in: .http())
        let error = await deliveryError { () throws(DeliveryError) in
            try await destination.post([1], contentType: "a/b")
        }
        #expect(error?.name == "retryable" && error?.reason.contains("/nowhere/gw.sock") == true)
        await destination.close()
    }

    @Test(
        "a configuration that cannot work is told",
        arguments: [
            (#"{"url": "ftp://x"}"#, "url"),
            (#"{"url": "http://x", "headers": {"Content-Length": "4"}}"#, "Content-Length"),
            (#"{"url": "http://x", "headers": {"A": "b\nc"}}"#, "control character"),
            (#"{"url": "http://x", "auth": {"username": "a"}}"#, "\"username\" and \"password\""),
            (#"{"url": "http://x", "auth": {"token": "abc"}}"#, "never stands in the configuration"),
            (#"{"url": "http://x", "timeout": "2h"}"#, "timeout"),
            (#"{"url": "http://x", "proxy": "http://p:1", "socket": "/s"}"#, "one of \"proxy\" and \"socket\""),
            (
                #"{"url": "http://x", "auth": {"token": {"env": "T"}}, "headers": {"authorization": "x"}}"#,
                "one of \"auth\""
            ),
            (#"{"url": "http://x", "tls": {"certificate": "c.pem"}}"#, "both of \"certificate\" and \"key\""),
        ])
    func problems(text: String, words: String) {
        let found = SinksTests.problems(text, of: HTTPDestinationConfiguration.self)
        #expect(found.contains { $0.contains(words) } && !found.contains { $0.contains("abc") }, "\(found)")
    }

    @Test("a whole configuration is read")
    func configuration() throws {
        let read: HTTPDestinationConfiguration = try SinksTests.read(
            """
            {"url": "https://x/y", "headers": {"A": "b", "C": {"file": "c"}}, "timeout": "5s", "compression": "gzip",
             "auth": {"token": {"env": "T"}, "scheme": "ApiKey"},
             "tls": {"caFile": "ca.pem", "certificate": "c.pem", "key": "k.pem"}, "proxy": "http://p:3128"}
            """)
        #expect(read.headers == [.init("A", .text("b")), .init("C", .secret(.file("/etc/guestwatch/c")))])
        #expect(read.authentication == .token(.environment("T"), scheme: "ApiKey"))
        #expect(read.timeout == .seconds(5) && read.compression == .gzip)
        #expect(
            read.connection
                == HTTPConnection(
                    trust: .authorities(file: "/etc/guestwatch/ca.pem"),
                    identity: TLSIdentity(certificate: "/etc/guestwatch/c.pem", key: "/etc/guestwatch/k.pem"),
                    proxy: "http://p:3128"))
    }
}

/// What gzip(1) unpacks.
func gunzip(_ bytes: [UInt8]) throws -> [UInt8] {
    let folder = try TemporaryFolder()
    try folder.write(bytes, to: "packed.gz")
    return try [UInt8](run("/bin/gzip", "-dc", folder.path(of: "packed.gz")))
}

/// The output of a program that must succeed.
@discardableResult
func run(_ program: String, _ arguments: String..., input: [UInt8]? = nil) throws -> Data {
    struct Failed: Error { let program: String }
    let (process, output, standardInput) = (Process(), Pipe(), Pipe())
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.standardOutput = output
    if input != nil { process.standardInput = standardInput }
    try process.run()
    if let input {
        try standardInput.fileHandleForWriting.write(contentsOf: Data(input))
        try standardInput.fileHandleForWriting.close()
    }
    let text = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Failed(program: program) }
    return text
}
