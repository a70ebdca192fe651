import AgentCore
import AgentTestKit
import EventModel
import Foundation
import Testing

@testable import Sinks

@Suite("The syslog sink and real servers", .enabled(if: !SyslogServer.isMissing, "rsyslog and syslog-ng are not there"))
struct SyslogServerTests {
    enum Way: String, CaseIterable, Sendable {
        case tcp, tls, udp, datagram, stream
    }

    @Test(
        "both servers give back every field, over every kind of socket",
        arguments: SyslogServer.Program.allCases, Way.allCases)
    func fields(program: SyslogServer.Program, way: Way) async throws {
        // rsyslog listens to no stream in the file system.
        if program == .rsyslog, way == .stream { return }
        let authority = try await TestAuthority()
        let server = try await SyslogServer(
            program, authority: authority, identity: try await authority.identity("server"))
        var configuration = Self.configuration(way, of: server)
        let client = try await authority.identity("client")
        configuration.tls = SocketTLS(
            caFile: authority.authorities, serverName: "localhost", certificate: client.certificate, key: client.key)
        let sink = try SyslogSink(configuration, in: .onHost("hv1"))
        try await sink.deliver([Self.entry(1), Self.entry(2)])
        await sink.stop()
        try await waitUntil("both events are written: \(server.lines())") { server.lines().count >= 2 }
        let understood = try server.understood()
        for (sequence, event) in zip([1, 2] as [UInt64], understood) {
            #expect(event.priority == "131" && event.host == "hv1" && event.application == "guestwatch")
            #expect(event.kind == "vm.powered-on" && event.time.hasPrefix("2026-11-21T06:20:00.123456"))
            let expected = [
                "id": "a\"b\\c]d", "source": "vsphere://vc1/ü", "type": "guestwatch.vm.powered-on", "guest": "vm/vm-41",
                "guestname": "web \"1\"", "guesthost": "esx1", "journal": "k3j2h1g0f9d8",
                "sequence": EventEncoder.text(of: sequence),
            ]
            #expect(event.parameters == expected)
            let body = try EventDecoder.decode(event.message.utf8)
            #expect(body.sequence == sequence && body.event == Self.event)
        }
        #expect(understood.count == 2)
    }

    @Test("text is understood by both, line ends and all", arguments: SyslogServer.Program.allCases)
    func text(program: SyslogServer.Program) async throws {
        let server = try await SyslogServer(program)
        var configuration = Self.configuration(.tcp, of: server)
        configuration.message = .text
        let sink = try SyslogSink(configuration, in: .onHost("hv1"))
        try await sink.deliver([.numbered(1)])
        await sink.stop()
        try await waitUntil("the event is written") { !server.lines().isEmpty }
        // rsyslog keeps the byte order mark, syslog-ng takes it away.
        let message = try #require(try server.understood().first?.message)
        #expect(message.drop { $0 == "\u{FEFF}" } == "powered on\\n")
    }

    @Test(
        "a server nobody trusts, or made out to another name, is waited for",
        arguments: [
            (caFile: false, name: "localhost"), (caFile: true, name: "other.example"),
        ])
    func untrusted(caFile: Bool, name: String) async throws {
        let authority = try await TestAuthority()
        let server = try await SyslogServer(
            .syslogNG, authority: authority, identity: try await authority.identity("server"))
        var configuration = Self.configuration(.tls, of: server)
        configuration.tls = SocketTLS(caFile: caFile ? authority.authorities : nil, serverName: name)
        let sink = try SyslogSink(configuration, in: .conformance)
        let reason = await heldReason { try await sink.deliver([.numbered(1)]) }
        #expect(reason.contains(caFile ? "mismatch" : "certificate"), "\(reason)")
        await sink.stop()
        #expect(server.lines().isEmpty)
    }

    @Test("without the client certificate a server wants, a person is waited for")
    func noClientCertificate() async throws {
        let authority = try await TestAuthority()
        let server = try await SyslogServer(
            .syslogNG, authority: authority, identity: try await authority.identity("server"))
        var configuration = Self.configuration(.tls, of: server)
        configuration.tls = SocketTLS(caFile: authority.authorities, serverName: "localhost")
        let sink = try SyslogSink(configuration, in: .conformance)
        // TLS 1.3: the client is done before the server has looked at what it got, and may see it closed first.
        var reason = ""
        for _ in 1...50 where !reason.contains("certificate") {
            reason = await heldReason { try await sink.deliver([.numbered(1)]) }
            try await AgentClock.system.sleep(.milliseconds(20))
        }
        #expect(reason.contains("certificate"), "\(reason)")
        await sink.stop()
        #expect(server.lines().isEmpty)
    }

    @Test("one event that cannot be sent does not keep the others", arguments: [Way.tcp, .udp])
    func isolation(way: Way) async throws {
        let server = try await SyslogServer(.syslogNG)
        var configuration = Self.configuration(way, of: server)
        configuration.maximumBytes = 2000
        let sink = try SyslogSink(configuration, in: .conformance)
        let long = Event(
            id: String(repeating: "i", count: 3000), source: "s", type: "vm.other", time: .init(nanoseconds: 0))
        let bad = Entry(sequence: 2, type: long.type, severity: .info, body: EventEncoder.encode(long)[...])
        await #expect(throws: DeliveryError.partial(rejected: [2: SyslogSink.headTooLong(2000)])) {
            try await sink.deliver([.numbered(1), bad, .numbered(3)])
        }
        await sink.stop()
        try await waitUntil("the good ones are written") { server.lines().count == 2 }
        #expect(try server.sequences() == [1, 3])
    }

    static func configuration(_ way: Way, of server: SyslogServer) -> SyslogConfiguration {
        let url =
            switch way {
            case .tcp: Endpoint(scheme: "tcp", host: "127.0.0.1", port: server.ports.tcp)
            case .tls: Endpoint(scheme: "tls", host: "127.0.0.1", port: server.ports.tls)
            case .udp: Endpoint(scheme: "udp", host: "127.0.0.1", port: server.ports.udp)
            case .datagram: Endpoint(scheme: "unix-dgram", path: server.datagramPath)
            case .stream: Endpoint(scheme: "unix-stream", path: server.streamPath)
            }
        return SyslogConfiguration(url: url, maximumBytes: way == .udp ? nil : 2 << 20)
    }

    private static let event = Event(
        id: #"a"b\c]d"#, source: "vsphere://vc1/ü", type: "vm.powered-on",
        time: Timestamp(nanoseconds: 1_795_242_000_123_456_789), severity: .error,
        guest: Guest(kind: .vm, id: "vm-41", name: "web \"1\"", host: "esx1"),
        data: JSONText(["message": "a\nb \u{7F} ü", "n": .number("1.50")]))

    private static func entry(_ sequence: UInt64) -> Entry {
        Entry(sequence: sequence, type: event.type, severity: event.severity, body: EventEncoder.encode(event)[...])
    }
}

/// What a delivery leaves behind as dead letters; none when it ends otherwise.
func rejections(_ deliver: () async throws -> Void) async -> [UInt64: String] {
    do {
        try await deliver()
    } catch DeliveryError.partial(let rejected) {
        return rejected
    } catch {}
    return [:]
}

extension SinkContext {
    /// The context of a sink under test on a host of this name.
    static func onHost(_ name: String) -> SinkContext {
        var context = SinkContext.conformance
        context.host = HostView(name: name, under: "")
        return context
    }
}
