import Foundation
import Testing

@testable import HTTPClient

@Suite struct CurlTransportProxyTests {
    @Test("a configured proxy is used, for http and through a tunnel for https")
    func usesProxy() async throws {
        let server = try TestServer.running()
        let proxy = "http://127.0.0.1:\(server.port("plain"))"
        try await withTransport(HTTPConnection(trust: .insecure, proxy: proxy)) { transport in
            let (response, body) = try await transport.get("http://vc1.example/sdk")
            #expect(body == "by proxy")
            #expect(response.headers["X-Proxied"] == "http://vc1.example/sdk")
            let (tunnelled, _) = try await transport.get(server.url("/echo", of: "good"))
            #expect(tunnelled.status == 200)
            #expect(tunnelled.headers["X-Tunnel"] == nil)
        }
    }

    @Test("the environment's proxies and exceptions are ignored")
    func ignoresEnvironment() async throws {
        let server = try TestServer.running()
        for name in ["http_proxy", "https_proxy", "all_proxy", "ALL_PROXY", "HTTPS_PROXY"] {
            setenv(name, "http://127.0.0.1:1", 1)
        }
        setenv("no_proxy", "*", 1)
        let (direct, _) = try await withTransport { try await $0.get(server.url("/echo")) }
        #expect(direct.status == 200)
        let proxy = "http://127.0.0.1:\(server.port("plain"))"
        let (_, body) = try await withTransport(HTTPConnection(proxy: proxy)) {
            try await $0.get("http://vc1.example/")
        }
        #expect(body == "by proxy")
    }

    @Test(
        "the password in a proxy's URL is in no error",
        arguments: ["http://u:hunter2@127.0.0.1:1", "http://u:hunter2@[::"])
    func hidesPassword(proxy: String) async throws {
        let error = try await withTransport(HTTPConnection(proxy: proxy)) {
            await failure(of: HTTPRequest("GET", "http://vc1.example/"), by: $0)
        }
        #expect(error != nil)
        #expect(error?.description.contains("hunter2") == false)
    }

    @Test("a proxy by TLS is refused: it would be held to the trust meant for the server")
    func refusesTLSProxy() async throws {
        let error = try await withTransport(HTTPConnection(proxy: "https://127.0.0.1:1")) {
            await failure(of: HTTPRequest("GET", "http://127.0.0.1/"), by: $0)
        }
        guard case .invalid = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }
}
