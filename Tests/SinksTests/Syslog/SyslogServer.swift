import AgentTestKit
import EventModel
import Foundation

/// A real syslog server on loopback, which writes what it understood of each event.
final class SyslogServer: Sendable {
    enum Program: String, CaseIterable, Sendable {
        case rsyslog
        case syslogNG = "syslog-ng"
    }

    /// What a server understood of an event.
    struct Understood: Equatable {
        var priority: String
        var time: String
        var host: String
        var application: String
        var kind: String
        var parameters: [String: String]
        var message: String
    }

    /// Where the programs were unpacked; nil where they were not.
    static let folder: String? = ["\(PackageRoot.path)/.build/peers", PackageRoot["Benchmarks/.build/peers"]]
        .first { TestFile.exists("\($0)/usr/lib/x86_64-linux-gnu/rsyslog/lmnsd_ossl.so") }
    static var isMissing: Bool { folder == nil }

    let program: Program
    let ports: (tcp: Int, tls: Int, udp: Int)
    private let place: TemporaryDirectory
    private let identity: TestAuthority.Identity?
    private let authorities: String
    private let running = Box<ChildProcess>()

    init(
        _ program: Program, authority: TestAuthority? = nil, identity: TestAuthority.Identity? = nil, port: Int? = nil
    ) async throws {
        self.program = program
        (self.identity, authorities) = (identity, authority?.authorities ?? "")
        place = try TemporaryDirectory("syslog")
        ports = (try port ?? FreePort.find(), try FreePort.find(), try FreePort.find())
        try await start()
    }

    var streamPath: String { place.path("stream.sock") }
    var datagramPath: String { place.path("dgram.sock") }

    func start() async throws {
        TestFile.write((program == .rsyslog ? rsyslog : syslogNG).utf8, to: place.path("conf"))
        let process = try ChildProcess(.init(command[0], Array(command.dropFirst()), environment: libraries))
        running.value = process
        try await waitUntil("\(program.rawValue) listens; it wrote \(process.errors)") {
            if process.exit != nil { throw EndedEarly(exit: process.exit, errors: process.errors) }
            let ports = self.identity == nil ? [self.ports.tcp] : [self.ports.tcp, self.ports.tls]
            return ports.allSatisfy { (try? StreamProbe.connect(port: $0)) != nil }
        }
    }

    /// Lets it finish and end.
    func stop() async throws {
        running.value?.terminate()
        _ = try await running.value?.waitForExit(limit: .seconds(30))
        running.value = nil
    }

    func kill() async throws {
        running.value?.kill()
        _ = try await running.value?.waitForExit()
        running.value = nil
    }

    /// What it understood so far, in its order.
    func understood() throws -> [Understood] {
        try lines().map { line in
            let object = try JSONDocument(Array(line.utf8)).root.value
            func text(_ name: String) -> String { object[name]?.string ?? "" }
            return Understood(
                priority: text("pri"), time: text("time"), host: text("host"), application: text("app"),
                kind: text("msgid"),
                parameters: program == .rsyslog ? StructuredData.parse(text("sd")) : Self.parameters(object),
                message: text("msg"))
        }
    }

    /// Lines written so far.
    func lines() -> [Substring] {
        (TestFile.text(place.path("out")) ?? "").split(separator: "\n")
    }

    /// The sequences in the order of arrival.
    func sequences() throws -> [UInt64] {
        try understood().map { event in
            guard let sequence = event.parameters["sequence"].flatMap({ UInt64($0) }), event.message.hasSuffix("}")
            else { throw WaitedInVain(condition: "half an event: \(event)", limit: .zero) }
            return sequence
        }
    }

    /// The sequences of whole events: a server may have been killed between two writes of its own.
    func understoodWhole() throws -> [UInt64] {
        lines().compactMap { line in
            guard let object = try? JSONDocument(Array(line.utf8)).root.value else { return nil }
            return StructuredData.parse(object["sd"]?.string ?? "")["sequence"].flatMap { UInt64($0) }
        }
    }

    private static func parameters(_ object: JSONValue) -> [String: String] {
        let all = object["_SDATA"]?.members?.first?.value.members ?? []
        return Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0.value.string ?? "") })
    }

    private var command: [String] {
        let folder = Self.folder ?? ""
        switch program {
        case .rsyslog:
            return [
                "\(folder)/usr/sbin/rsyslogd", "-n", "-f", place.path("conf"), "-i", place.path("pid"), "-M",
                "\(folder)/usr/lib/x86_64-linux-gnu/rsyslog",
            ]
        case .syslogNG:
            return [
                "\(folder)/usr/sbin/syslog-ng", "-F", "--no-caps", "-f", place.path("conf"), "-R",
                place.path("persist"), "-c", place.path("control"), "-p", place.path("pid"), "--module-path",
                "\(folder)/usr/lib/syslog-ng/3.38",
            ]
        }
    }

    private var libraries: [String: String] {
        let folders = ["usr/lib/x86_64-linux-gnu", "lib/x86_64-linux-gnu", "usr/lib/syslog-ng"]
        return ["LD_LIBRARY_PATH": folders.map { "\(Self.folder ?? "")/\($0)" }.joined(separator: ":")]
    }

    private var rsyslog: String {
        let properties = [
            ("pri", "pri", ""), ("time", "timereported", #" dateFormat="rfc3339""#), ("host", "hostname", ""),
            ("app", "app-name", ""), ("msgid", "msgid", ""), ("sd", "structured-data", ""), ("msg", "msg", ""),
        ]
        let list = properties.map { #"  property(outname="\#($0)" name="\#($1)"\#($2) format="jsonf")"# }
        let files = identity.map {
            #" defaultNetstreamDriverCAFile="\#(authorities)" defaultNetstreamDriverCertFile="\#($0.certificate)""#
                + #" defaultNetstreamDriverKeyFile="\#($0.key)""#
        }
        let tls =
            #"input(type="imtcp" port="\#(ports.tls)" address="127.0.0.1" streamDriver.name="ossl""#
            + #" streamDriver.mode="1" streamDriver.authMode="x509/certvalid")"#
        return """
            global(workDirectory="\(place.path)" maxMessageSize="2m"\(files ?? ""))
            module(load="imtcp" streamDriver.name="\(files == nil ? "ptcp" : "ossl")" streamDriver.mode="0"
              maxFrameSize="4000000")
            module(load="imudp")
            module(load="imuxsock" sysSock.use="off")
            template(name="out" type="list" option.jsonf="on") {
            \(list.joined(separator: "\n"))
            }
            main_queue(queue.type="direct")
            input(type="imtcp" port="\(ports.tcp)" address="127.0.0.1")
            \(files == nil ? "" : tls)
            input(type="imudp" port="\(ports.udp)" address="127.0.0.1")
            input(type="imuxsock" socket="\(datagramPath)" useSpecialParser="off" parseHostname="on"
              useSysTimeStamp="off" ignoreTimestamp="off")
            action(type="omfile" file="\(place.path("out"))" template="out")

            """
    }

    private var syslogNG: String {
        let tls = identity.map {
            #"  syslog(transport("tls") ip("127.0.0.1") port(\#(ports.tls)) tls(cert-file("\#($0.certificate)")"#
                + #" key-file("\#($0.key)") ca-file("\#(authorities)") peer-verify(required-trusted)));"#
        }
        let format =
            #"$(format-json pri=$PRI time=$S_ISODATE host=$HOST app=$PROGRAM msgid=$MSGID sd.* .SDATA.* msg=$MSG)\n"#
        return """
            @version: 3.38
            options { stats-freq(0); use-dns(no); dns-cache(no); keep-hostname(yes); log-msg-size(2097152); };
            source s {
              syslog(transport("tcp") ip("127.0.0.1") port(\(ports.tcp)));
            \(tls ?? "")
              syslog(transport("udp") ip("127.0.0.1") port(\(ports.udp)));
              unix-stream("\(streamPath)" flags(syslog-protocol));
              unix-dgram("\(datagramPath)" flags(syslog-protocol));
            };
            destination d { file("\(place.path("out"))" template("\(format)") frac-digits(6)); };
            log { source(s); destination(d); };

            """
    }
}

/// Structured data as a server hands it on, RFC 5424 6.3.
enum StructuredData {
    static func parse(_ text: String) -> [String: String] {
        var (found, name, value): ([String: String], String, String) = ([:], "", "")
        var (isValue, isEscaped) = (false, false)
        for character in text.drop(while: { $0 != " " }) {
            if isEscaped {
                value.append(character)
                isEscaped = false
            } else if isValue, character == "\\" {
                isEscaped = true
            } else if character == "\"" {
                if isValue { found[name.filter { $0 != "=" && $0 != " " }] = value }
                (name, value, isValue) = (isValue ? "" : name, "", !isValue)
            } else if isValue {
                value.append(character)
            } else {
                name.append(character)
            }
        }
        return found
    }
}
