package import AgentTestKit

/// A program that follows a file and hands its lines on.
package enum Follower: String, Sendable {
    case guestwatch, rsyslog
    case syslogNG = "syslog-ng"

    /// Where the lines go.
    package enum Output: Sendable {
        /// Ours only: no sink at all.
        case journal
        /// The file `output` in the program's folder.
        case file
        /// RFC 5424 over TCP, with octet counting.
        case syslog(port: Int)
        /// Ours only.
        case webhook(port: Int)
    }

    package static let output = "output"

    /// What to start for it; nil where the program is not there. Throws when its configuration cannot be written.
    package func program(
        following input: String, to output: Output, in folder: TemporaryDirectory
    ) throws -> ChildProcess.Program? {
        switch self {
        case .guestwatch:
            try BinaryFile.write(Self.agent(input, output, folder), to: folder.path("collectors.json"))
            let binary = Environment["GUESTWATCH_BINARY"] ?? "\(PackageRoot.path)/.build/release/guestwatch"
            return .init(binary, ["run", "--config", folder.path("collectors.json")])
        case .rsyslog: return try Peers()?.rsyslog(Self.rsyslog(input, output, folder), in: folder)
        case .syslogNG: return try Peers()?.syslogNG(Self.syslogNG(input, output, folder), in: folder)
        }
    }

    private static func agent(_ input: String, _ output: Output, _ folder: TemporaryDirectory) -> String {
        let sink =
            switch output {
            case .journal: ""
            case .file: #""kind": "file", "path": "\#(folder.path(self.output))""#
            case .syslog(let port): #""kind": "syslog", "url": "tcp://127.0.0.1:\#(port)""#
            case .webhook(let port): #""kind": "webhook", "url": "http://127.0.0.1:\#(port)/", "mode": "batched""#
            }
        return """
            {
              "journal": { "kind": "sqlite", "path": "journal.db" },
              "collectors": [
                { "name": "logs", "kind": "file-watch", "paths": [ "\(input)" ], "start": "beginning" }
              ],
              "sinks": [ \(sink.isEmpty ? "" : #"{ "name": "out", \#(sink) }"#) ]
            }
            """
    }

    private static func rsyslog(_ input: String, _ output: Output, _ folder: TemporaryDirectory) -> String {
        let action =
            if case .syslog(let port) = output {
                #"type="omfwd" target="127.0.0.1" port="\#(port)" protocol="tcp" TCP_Framing="octet-counted""#
                    + #" template="RSYSLOG_SyslogProtocol23Format""#
            } else {
                #"type="omfile" file="\#(folder.path(self.output))" template="raw" ioBufferSize="256k""#
                    + #" flushOnTXEnd="on""#
            }
        return """
            module(load="imfile")
            template(name="raw" type="string" string="%msg%\\n")
            main_queue(queue.type="linkedList" queue.size="100000" queue.dequeueBatchSize="1024")
            input(type="imfile" File="\(input)" Tag="x" ruleset="all")
            ruleset(name="all") { action(\(action)) }
            """
    }

    private static func syslogNG(_ input: String, _ output: Output, _ folder: TemporaryDirectory) -> String {
        let destination =
            if case .syslog(let port) = output {
                #"syslog("127.0.0.1" transport("tcp") port(\#(port)) log-fifo-size(200000))"#
            } else {
                #"file("\#(folder.path(self.output))" template("${MSG}\n") log-fifo-size(200000))"#
            }
        return """
            source s {
              file("\(input)" flags(no-parse) read-old-records(yes) follow-freq(0.1) log-fetch-limit(10000)
                log-iw-size(100000));
            };
            destination d { \(destination); };
            log { source(s); destination(d); };
            """
    }
}
