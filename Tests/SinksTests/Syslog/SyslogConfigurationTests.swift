import AgentCore
import Testing

@testable import Sinks

@Suite("The configuration of the syslog sink")
struct SyslogConfigurationTests {
    @Test(
        "addresses of every kind are read",
        arguments: [
            ("tcp://h", "tcp://h:514"), ("tls://h.example", "tls://h.example:6514"),
            ("udp://10.0.0.1:99", "udp://10.0.0.1:99"),
            ("tcp://[::1]:601", "tcp://[::1]:601"), ("tls://[fe80::1]", "tls://[fe80::1]:6514"),
            ("unix-dgram:///dev/log", "unix-dgram:///dev/log"), ("unix-stream:///a b", "unix-stream:///a b"),
        ])
    func addresses(text: String, expected: String) throws {
        let configuration: SyslogConfiguration = try read(#"{ "url": "\#(text)" }"#)
        #expect(configuration.url.description == expected)
    }

    @Test(
        "what is no address is refused without repeating it, for it may hold a password",
        arguments: [
            "http://h", "h:514", "tcp://", "tcp://h:0", "tcp://h:65536", "tcp://h:x", "tcp://u:secret@h",
            "tcp://h/path",
            "unix-dgram://relative", "unix-dgram:///", "tcp://[::1", "tcp://[::1]x",
        ])
    func noAddress(text: String) {
        let found = problems(#"{ "url": "\#(text)" }"#, of: SyslogConfiguration.self)
        #expect(found.count == 1 && found[0].hasPrefix("url: expected an address: tcp://HOST:PORT or tls://"))
        #expect(!found.joined().contains("secret"))
    }

    @Test("limits and framing are what receivers of the kind take, unless given")
    func usual() throws {
        let udp: SyslogConfiguration = try read(#"{ "url": "udp://h" }"#)
        #expect(udp.limit == 8192 && udp.usedFraming == nil && udp.resend == 4 << 20)
        let tcp: SyslogConfiguration = try read(#"{ "url": "tcp://h" }"#)
        #expect(tcp.limit == 65_536 && tcp.usedFraming == .octetCounting)
        let unix: SyslogConfiguration = try read(#"{ "url": "unix-stream:///s", "maximumBytes": "1MiB" }"#)
        #expect(unix.limit == 1 << 20 && unix.usedFraming == .newline)
    }

    @Test("what makes no sense is said")
    func nonsense() {
        let found = problems(
            #"{ "url": "tcp://h", "maximumBytes": "479B", "resend": "1GiB", "timeout": "1ms", "tls": { "key": "k" } }"#,
            of: SyslogConfiguration.self)
        #expect(found.count == 4)
        #expect(found.contains { $0.contains("both of \"certificate\" and \"key\"") })
    }
}
