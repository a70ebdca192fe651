import AgentCore
import EventModel
import Testing

@testable import WebAPI

@Suite("The api of the configuration")
struct APIConfigurationTests {
    @Test("a socket and a loopback address are enough; the limits have defaults")
    func good() throws {
        let settings = try APIRig.configuration(##"{"socket":"api.sock","listen":"[::1]:9470"}"##, directory: "/run/x")
        #expect(settings.socket == "/run/x/api.sock" && settings.listen?.port == 9470)
        #expect(settings.limits.streams == 100 && settings.limits.streamsPerClient == 15)
        #expect(settings.stuckAfter == .seconds(120))
    }

    @Test("any address will do with TLS and tokens")
    func remote() throws {
        let settings = try APIRig.configuration(
            #"{"listen":"[::]:9470","tokens":"t","tls":{"certificate":"c","key":"k","clients":"a"}}"#, directory: "/e")
        #expect(settings.tls?.certificate == "/e/c" && settings.tls?.key == "/e/k" && settings.tls?.clients == "/e/a")
    }

    @Test(
        "what listens nowhere, or where everybody could, is refused",
        arguments: [
            "{}", #"{"listen":"0.0.0.0:80"}"#, #"{"listen":"192.0.2.1:80","tokens":"t"}"#, #"{"listen":"[::]:80"}"#,
            #"{"listen":"192.0.2.1:80","tls":{"certificate":"c","key":"k"}}"#,
            #"{"listen":"192.0.2.1:80","tokens":"t","tls":{"certificate":"c"}}"#,
            #"{"socket":"a","tls":{"certificate":"c","key":"k"}}"#,
            #"{"listen":"localhost:80"}"#, #"{"listen":"127.0.0.1"}"#, #"{"listen":"127.0.0.1:99999"}"#,
            #"{"listen":"::1:80"}"#, #"{"socket":"a","sockets":"b"}"#, #"{"socket":"a","limits":{"streams":0}}"#,
        ])
    func bad(json: String) {
        #expect(throws: APIRig.Unreadable.self) { try APIRig.configuration(json) }
    }

    @Test("what may be secret is blanked, references and ordinary values are shown")
    func blanked() {
        let shown = BlankedConfiguration.blanked([
            "password": "p", "token": ["env": "T"], "headers": ["X-Auth": "p"], "url": "https://u:p@h.example/x?key=p",
            "arguments": ["--password=p", "-v"], "interval": "5s", "limits": [["every": "15s"]],
        ])
        #expect(
            shown == [
                "password": "(blanked)", "token": ["env": "T"], "headers": ["X-Auth": "(blanked)"], "url": "(blanked)",
                "arguments": ["(blanked)", "-v"], "interval": "5s", "limits": [["every": "15s"]],
            ])
        #expect(
            BlankedConfiguration.blanked("https://u:p@h.example/x?q=1") == "https://(blanked)@h.example/x?(blanked)")
    }
}
