import AgentTestKit
import Glibc
import HTTPClient
import Testing

@testable import WebAPI

/// Certificates and tokens in a folder, and the API that is served with them.
private struct TLSPlace {
    static let (admin, read) = ("admin-token-of-24-bytes!", "read-token-of-24-bytes!!")

    let authority: TestAuthority
    let rig: APIRig
    var port: String { rig.server.places.last?.split(separator: ":").last.map(String.init) ?? "" }
    var url: String { "https://127.0.0.1:\(port)" }
    private var configuration: String

    init(listen: String = "127.0.0.1:0", clients: Bool = false, more: String = "") async throws {
        authority = try await TestAuthority()
        let directory = try TemporaryDirectory("gw-api")
        let identity = try await authority.identity("server")
        TestFile.write("admin \(Self.admin)\nread \(Self.read)\n".utf8, to: directory.path("tokens"))
        let trusted = clients ? #","clients":"\#(authority.authorities)""# : ""
        configuration =
            #""listen":"\#(listen)","tokens":"\#(directory.path("tokens"))","#
            + #""tls":{"certificate":"\#(identity.certificate)","key":"\#(identity.key)"\#(trusted)}\#(more)"#
        rig = try await APIRig(api: configuration, directory: directory)
    }

    /// Asks by curl, trusting the authority.
    func curl(_ path: String, token: String? = nil, _ more: [String] = []) async throws -> Curl {
        let bearer = token.map { ["--header", "Authorization: Bearer \($0)"] } ?? []
        return try await Curl.ask(more + bearer + ["--cacert", authority.authorities, url + path])
    }

    /// The same configuration, with parts replaced.
    func reload(_ changes: (String, String)...) async throws -> [String] {
        var text = #"{"socket":"\#(rig.socket)",\#(configuration)}"#
        for (old, new) in changes { text = text.replacing(old, with: new) }
        return try await rig.server.reload(try APIRig.configuration(text))
    }

    /// Runs a test, and stops whatever it comes to.
    func run(_ body: (TLSPlace) async throws -> Void) async throws {
        try await APIRig.with(rig) { _ async throws in try await body(self) }
    }
}

@Suite("The API over TLS", .enabled(if: access(Curl.path, X_OK) == 0, "no curl"))
struct APITLSTests {
    @Test("whoever trusts the authority is answered; without a token only health is; others turn away themselves")
    func trusted() async throws {
        try await TLSPlace(listen: "0.0.0.0:0").run { place async throws in
            #expect(try await place.curl("/healthz").status == 200)
            #expect(try await place.curl("/v1/status").status == 401)
            #expect(try await place.curl("/v1/status", token: "wrong-token-of-24-bytes!").status == 401)
            let status = try await place.curl("/v1/status", token: TLSPlace.read)
            #expect(status.status == 200 && status.output.contains("\"version\""))
            #expect(try await place.curl("/v1/sinks/s/suspend", token: TLSPlace.read, ["-X", "POST"]).status == 403)
            #expect(try await place.curl("/v1/sinks/s/suspend", token: TLSPlace.admin, ["-X", "POST"]).status == 200)
            let stranger = try await Curl.ask("\(place.url)/healthz")
            #expect(stranger.exit == .code(60) && stranger.status == 0)
        }
    }

    @Test(
        "TLS 1.2 and 1.3 are spoken, nothing older",
        arguments: [("1.0", false), ("1.1", false), ("1.2", true), ("1.3", true)])
    func versions(version: String, isSpoken: Bool) async throws {
        try await TLSPlace().run { place async throws in
            let reply = try await place.curl(
                "/healthz", ["--tls-max", version, "--tlsv\(version)", "--ciphers", "DEFAULT@SECLEVEL=0"])
            #expect(reply.exit == .code(isSpoken ? 0 : 35) && reply.status == (isSpoken ? 200 : 0), "\(reply)")
        }
    }

    @Test("who speaks HTTP in the clear to it gets nothing, who says nothing is cut off")
    func clear() async throws {
        try await TLSPlace(more: #","limits":{"requestTime":"300ms"}"#).run { place async throws in
            let reply = try await Curl.ask("http://127.0.0.1:\(place.port)/healthz")
            #expect(reply.exit != .code(0) && reply.status == 0 && reply.output.isEmpty, "\(reply)")
            let silent = try ChildProcess(
                .init("/bin/bash", ["-c", "exec 3<>/dev/tcp/127.0.0.1/\(place.port); cat <&3"]))
            #expect(try await silent.waitForExit(limit: .seconds(20)) == .code(0))
            #expect(silent.output.isEmpty)
            #expect(try await place.curl("/healthz").status == 200)
        }
    }

    @Test("where clients must show a certificate nobody comes in without, and a token is needed besides")
    func clients() async throws {
        try await TLSPlace(clients: true).run { place async throws in
            let client = try await place.authority.identity("client")
            let other = try await TestAuthority().identity("stranger")
            #expect(try await place.curl("/healthz").status == 0)
            #expect(try await place.curl("/healthz", ["--cert", other.certificate, "--key", other.key]).status == 0)
            let shown = ["--cert", client.certificate, "--key", client.key]
            #expect(try await place.curl("/healthz", shown).status == 200)
            #expect(try await place.curl("/v1/status", shown).status == 401)
            #expect(
                try await place.curl("/v1/status", token: TLSPlace.read, shown).status
                    == 200)
        }
    }

    @Test("pages of its own are let in by whatever name the certificate has, pages of others are not")
    func origins() async throws {
        try await TLSPlace().run { place async throws in
            func status(_ origin: String) async throws -> Int {
                try await place.curl(
                    "/v1/status", token: TLSPlace.read,
                    ["--header", "Host: hv1.example", "--header", "Origin: \(origin)"]
                ).status
            }
            #expect(try await status("https://hv1.example") == 200)
            #expect(try await status("http://hv1.example") == 403)
            #expect(try await status("https://evil.example") == 403)
        }
    }

    @Test("a reload takes new tokens and certificates, and ends the streams of those who came by the old ones")
    func renewed() async throws {
        try await TLSPlace().run { place async throws in
            #expect(try await place.reload() == [])
            let stream = try ChildProcess(
                .init(
                    Curl.path,
                    [
                        "--silent", "--no-buffer", "--cacert", place.authority.authorities, "--header",
                        "Authorization: Bearer \(TLSPlace.read)", "\(place.url)/v1/events/stream",
                    ]))
            try await waitUntil("it streams") { stream.output.contains("retry:") }
            let local = try RawClient(place.rig.socket)
            try local.get("/v1/events/stream")
            try await local.read(until: "retry:")
            TestFile.write("read another-token-of-24-bytes\n".utf8, to: place.rig.directory.path("tokens"))
            #expect(try await place.reload() == ["tokens"])
            #expect(try await place.curl("/v1/status", token: TLSPlace.read).status == 401)
            #expect(try await place.curl("/v1/status", token: "another-token-of-24-bytes").status == 200)
            #expect(try await stream.waitForExit() == .code(0))
            #expect(stream.output.contains("event: end"))
            try await place.rig.inject([vmEvent(1)])
            try await local.read(until: "vm.powered-on")
            let renewed = try await TestAuthority()
            let identity = try await renewed.identity("server")
            let folder = place.authority.folder
            for (new, old) in [(identity.certificate, "server.pem"), (identity.key, "server.key")] {
                TestFile.write(Array((TestFile.text(new) ?? "").utf8), to: folder.path(old))
            }
            #expect(try await place.reload() == ["tls"])
            #expect(try await place.curl("/healthz").exit == .code(60))
            #expect(try await Curl.ask("--cacert", renewed.authorities, "\(place.url)/healthz").status == 200)
        }
    }

    @Test("files that are none, and a place that is taken, change nothing")
    func refused() async throws {
        try await TLSPlace().run { place async throws in
            let folder = place.authority.folder
            let key = TestFile.text(folder.path("server.key")) ?? ""
            let stranger = try await place.authority.identity("stranger")
            for bad in ["", "rubbish", TestFile.text(stranger.key) ?? ""] {
                TestFile.write(bad.utf8, to: folder.path("server.key"))
                await #expect(throws: APITLSError.self) { _ = try await place.reload() }
            }
            TestFile.write(key.utf8, to: folder.path("server.key"))
            await #expect(throws: (any Error).self) { _ = try await place.reload(("server.pem", "nothing.pem")) }
            TestFile.write("nonsense".utf8, to: place.rig.directory.path("tokens"))
            await #expect(throws: APITokensError.self) { _ = try await place.reload() }
            TestFile.write("read \(TLSPlace.read)\n".utf8, to: place.rig.directory.path("tokens"))
            await #expect(throws: (any Error).self) {
                _ = try await place.reload(("127.0.0.1:0", "127.0.0.1:\(place.port)"))
            }
            #expect(try await place.curl("/v1/status", token: TLSPlace.admin).status == 200)
        }
    }

    @Test("a reload moves the address and the socket, and turns TLS off on loopback")
    func moved() async throws {
        try await TLSPlace().run { place async throws in
            let (old, socket) = (place.port, place.rig.directory.path("other.sock"))
            #expect(
                try await place.reload(("127.0.0.1:0", "127.0.0.2:0"), ("api.sock", "other.sock"))
                    == ["socket", "listen"])
            #expect(try await place.curl("/healthz").exit != .code(0))
            #expect(
                try await Curl.ask("--insecure", "https://127.0.0.2:\(place.port)/healthz").status == 200)
            #expect(try await Curl.ask("--unix-socket", socket, "http://localhost/healthz").status == 200)
            #expect(!place.rig.directory.names.contains("api.sock"))
            #expect(try await Curl.ask("--insecure", "https://127.0.0.1:\(old)/healthz").exit == .code(7))
            let plain = try APIRig.configuration(#"{"socket":"\#(socket)","listen":"127.0.0.2:0"}"#)
            #expect(try await place.rig.server.reload(plain) == ["tls", "tokens"])
            #expect(try await Curl.ask("http://127.0.0.2:\(place.port)/v1/status").status == 200)
        }
    }

    @Test(
        "turned off and on again at the same address it never stops listening, and a bad certificate leaves it as it is"
    )
    func turned() async throws {
        try await TLSPlace().run { place async throws in
            let (port, url) = (try #require(UInt16(place.port)), "http://127.0.0.1:\(place.port)/healthz")
            let clear = #"{"socket":"\#(place.rig.socket)","listen":"127.0.0.1:0"}"#
            // A listener that closes for a moment refuses those who come in it.
            let knocking = Task {
                var refused = 0
                while !Task.isCancelled {
                    if !Self.canConnect(to: port) { refused += 1 }
                    try? await ContinuousClock().sleep(for: .milliseconds(1))
                }
                return refused
            }
            for _ in 1...20 {
                #expect(try await place.rig.server.reload(try APIRig.configuration(clear)).contains("tls"))
                #expect(try await place.reload().contains("tls"))
            }
            #expect(try await place.rig.server.reload(try APIRig.configuration(clear)).contains("tls"))
            #expect(place.port == "\(port)")
            #expect(try await Curl.ask(url).status == 200)
            let folder = place.authority.folder
            let key = TestFile.text(folder.path("server.key")) ?? ""
            TestFile.write("rubbish".utf8, to: folder.path("server.key"))
            await #expect(throws: APITLSError.self) { _ = try await place.reload() }
            #expect(try await Curl.ask(url).status == 200)
            TestFile.write(key.utf8, to: folder.path("server.key"))
            #expect(try await place.reload().contains("tls"))
            #expect(try await place.curl("/healthz").status == 200)
            #expect(try await Curl.ask(url).exit != .code(0))
            knocking.cancel()
            #expect(await knocking.value == 0)
        }
    }

    private static func canConnect(to port: UInt16) -> Bool {
        let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(client) }
        var address = sockaddr_in()
        (address.sin_family, address.sin_port) = (sa_family_t(AF_INET), port.bigEndian)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(client, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}
